(* What single float32 operations and sums in any order are off by: from Flocq's theorems on ulps. *)
From Coq Require Import List Arith ZArith Reals Permutation Lra Lia Psatz.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
Import ListNotations.
From MaxOfK Require Import Network Floats.
Local Open Scope R_scope.

Notation power_of_two := (bpow radix2).
Notation exponents := (FLT_exp (-149) 24).

(* numbers of at most this size cannot overflow in one operation, nor can flushing move it by more
   than tiny *)
Notation large := (bpow radix2 40).
Notation tiny := (bpow radix2 (-83)).

(* constants are compared as they stand *)
Ltac powers :=
  repeat match goal with |- context [bpow radix2 ?e] =>
    let k := eval vm_compute in e in
    match k with
    | Z.neg ?p => let n := eval vm_compute in (2 ^ Z.pos p)%Z in change (bpow radix2 e) with (/ IZR n)
    | _ => let n := eval vm_compute in (2 ^ k)%Z in change (bpow radix2 e) with (IZR n)
    end
  end; lra.

Section Class.
Variable C : arithmetic.
Definition unit_ : R := if nearest C then / 16777216 else / 8388608.
Lemma unit_bounds : / 16777216 <= unit_ <= / 8388608.
Proof. unfold unit_. destruct (nearest C); lra. Qed.

Lemma ulp_bound x : ulp radix2 exponents x <= / 8388608 * Rabs x + power_of_two (-149).
Proof.
  assert (P := Rabs_pos x). assert (Q := bpow_gt_0 radix2 (-149)).
  destruct (Rle_or_lt (power_of_two (-149 + 24 - 1)) (Rabs x)) as [H|H].
  - assert (U := ulp_FLT_le radix2 (-149) 24 x H).
    replace (power_of_two (1 - 24)) with (/ 8388608) in U by reflexivity. lra.
  - rewrite (ulp_FLT_small radix2 (-149) 24).
    + lra.
    + eapply Rlt_trans; [exact H|]. apply bpow_lt. lia.
Qed.

Lemma round_error m x : allowed C m ->
  Rabs (round radix2 exponents (round_mode m) x - x) <= unit_ * Rabs x + power_of_two (-149).
Proof.
  intro A. assert (U := ulp_bound x). assert (Q := bpow_gt_0 radix2 (-149)).
  assert (V : Valid_exp exponents) by (apply FLT_exp_valid; reflexivity).
  unfold unit_, allowed in *. destruct (nearest C).
  - rewrite A by auto. cbn [round_mode].
    eapply Rle_trans; [apply (@error_le_half_ulp radix2 exponents V)|]. lra.
  - eapply Rle_trans; [apply (@error_le_ulp radix2 exponents V (round_mode m) _ x)|]. exact U.
Qed.

Lemma flushed_number x y : flushed x y -> number x ->
  number y /\ Rabs (value y - value x) <= power_of_two (-126).
Proof.
  assert (Q := bpow_gt_0 radix2 (-126)).
  intros [->|(N & S & s & ->)] H.
  - split; auto. unfold Rminus. rewrite Rplus_opp_r, Rabs_R0. lra.
  - split; [reflexivity|]. change (value (B754_zero s)) with 0.
    rewrite Rminus_0_l, Rabs_Ropp. lra.
Qed.
Lemma flushed_number_back x y : flushed x y -> number y -> number x.
Proof. intros [->|(N & _)] H; auto. Qed.

(* what is common to the operations: r the exact result of the inputs after flushing, e the one before *)
Lemma result_error m r e (y z : float) : allowed C m ->
  (Rabs r <= power_of_two 100 -> value y = round radix2 exponents (round_mode m) r /\ number y) ->
  Rabs (r - e) <= power_of_two (-84) -> Rabs e <= power_of_two 99 -> flushed y z ->
  number z /\ Rabs (value z - e) <= unit_ * Rabs e + tiny.
Proof.
  intros A K F L Z.
  assert (B : Rabs r <= power_of_two 100).
  { replace r with ((r - e) + e) by ring. eapply Rle_trans; [apply Rabs_triang|].
    assert (power_of_two (-84) + power_of_two 99 <= power_of_two 100) by powers. lra. }
  destruct (K B) as [V N]. destruct (flushed_number y z Z N) as [Nz Vz]. split; auto.
  assert (E := round_error m r A). assert (U := unit_bounds). rewrite <- V in E.
  assert (T : Rabs r <= Rabs e + power_of_two (-84)).
  { replace r with ((r - e) + e) by ring. eapply Rle_trans; [apply Rabs_triang|]. lra. }
  replace (value z - e) with ((value z - value y) + ((value y - r) + (r - e))) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. eapply Rle_trans; [apply Rplus_le_compat_l, Rabs_triang|].
  assert (X : unit_ * Rabs r <= unit_ * Rabs e + unit_ * power_of_two (-84)).
  { rewrite <- Rmult_plus_distr_l. apply Rmult_le_compat_l; lra. }
  assert (Y : unit_ * power_of_two (-84) <= / 8388608 * power_of_two (-84))
    by (apply Rmult_le_compat_r; [apply bpow_ge_0|lra]).
  assert (W : / 8388608 * power_of_two (-84) + power_of_two (-149) + power_of_two (-126) + power_of_two (-84)
    <= tiny) by powers.
  lra.
Qed.

(* no overflow up to 2^100 *)
Lemma no_overflow m r : allowed C m -> Rabs r <= power_of_two 100 ->
  Rlt_bool (Rabs (round radix2 exponents (round_mode m) r)) (power_of_two 128) = true.
Proof.
  intros A B. apply Rlt_bool_true. assert (E := round_error m r A). assert (U := unit_bounds).
  assert (P := Rabs_pos r).
  replace (round radix2 exponents (round_mode m) r) with
    ((round radix2 exponents (round_mode m) r - r) + r) by ring.
  eapply Rle_lt_trans; [apply Rabs_triang|].
  assert (unit_ * Rabs r <= 1 * power_of_two 100) by (apply Rmult_le_compat; lra).
  assert (1 * power_of_two 100 + power_of_two (-149) + power_of_two 100 < power_of_two 128) by powers.
  lra.
Qed.

Lemma plus_error x y z : plus C x y z -> number x -> number y ->
  Rabs (value x) <= large -> Rabs (value y) <= large ->
  number z /\ Rabs (value z - (value x + value y)) <= unit_ * Rabs (value x + value y) + tiny.
Proof.
  intros (m & x' & y' & A & Fx & Fy & Fz) Nx Ny Lx Ly.
  destruct (flushed_number _ _ Fx Nx) as [Nx' Vx]. destruct (flushed_number _ _ Fy Ny) as [Ny' Vy].
  apply (result_error m (value x' + value y') _ (Bplus m x' y')); auto.
  - intro B. assert (K := Bplus_correct 24 128 _ _ m x' y' Nx' Ny').
    change (SpecFloat.fexp 24 128) with exponents in K. change (@B2R 24 128) with value in K.
    rewrite (no_overflow m _ A B) in K. unfold number. tauto.
  - replace (value x' + value y' - (value x + value y))
      with ((value x' - value x) + (value y' - value y)) by ring.
    eapply Rle_trans; [apply Rabs_triang|].
    assert (power_of_two (-126) + power_of_two (-126) <= power_of_two (-84)) by powers. lra.
  - eapply Rle_trans; [apply Rabs_triang|].
    assert (large + large <= power_of_two 99) by powers. lra.
Qed.

Lemma minus_error x y z : minus C x y z -> number x -> number y ->
  Rabs (value x) <= large -> Rabs (value y) <= large ->
  number z /\ Rabs (value z - (value x - value y)) <= unit_ * Rabs (value x - value y) + tiny.
Proof.
  intros (m & x' & y' & A & Fx & Fy & Fz) Nx Ny Lx Ly.
  destruct (flushed_number _ _ Fx Nx) as [Nx' Vx]. destruct (flushed_number _ _ Fy Ny) as [Ny' Vy].
  apply (result_error m (value x' - value y') _ (Bminus m x' y')); auto.
  - intro B. assert (K := Bminus_correct 24 128 _ _ m x' y' Nx' Ny').
    change (SpecFloat.fexp 24 128) with exponents in K. change (@B2R 24 128) with value in K.
    rewrite (no_overflow m _ A B) in K. unfold number. tauto.
  - replace (value x' - value y' - (value x - value y))
      with ((value x' - value x) + - (value y' - value y)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp.
    assert (power_of_two (-126) + power_of_two (-126) <= power_of_two (-84)) by powers. lra.
  - unfold Rminus. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp.
    assert (large + large <= power_of_two 99) by powers. lra.
Qed.

Lemma product_moves x y x' y' : Rabs x <= large -> Rabs y <= large ->
  Rabs (x' - x) <= power_of_two (-126) -> Rabs (y' - y) <= power_of_two (-126) ->
  Rabs (x' * y' - x * y) <= power_of_two (-84) - power_of_two (-126) /\ Rabs (x * y) <= power_of_two 80.
Proof.
  intros Lx Ly Vx Vy. split.
  - replace (x' * y' - x * y) with ((x' - x) * (y' - y) + (x * (y' - y) + (x' - x) * y)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. eapply Rle_trans; [apply Rplus_le_compat_l, Rabs_triang|].
    rewrite !Rabs_mult.
    assert (A : Rabs (x' - x) * Rabs (y' - y) <= power_of_two (-126) * power_of_two (-126))
      by (apply Rmult_le_compat; auto using Rabs_pos).
    assert (B : Rabs x * Rabs (y' - y) <= large * power_of_two (-126))
      by (apply Rmult_le_compat; auto using Rabs_pos).
    assert (D : Rabs (x' - x) * Rabs y <= power_of_two (-126) * large)
      by (apply Rmult_le_compat; auto using Rabs_pos).
    assert (power_of_two (-126) * power_of_two (-126) + large * power_of_two (-126)
      + power_of_two (-126) * large <= power_of_two (-84) - power_of_two (-126))
      by (rewrite <- !bpow_plus; powers).
    lra.
  - rewrite Rabs_mult. replace (power_of_two 80) with (large * large) by (rewrite <- bpow_plus; reflexivity).
    apply Rmult_le_compat; auto using Rabs_pos.
Qed.

Lemma times_error x y z : times C x y z -> number x -> number y ->
  Rabs (value x) <= large -> Rabs (value y) <= large ->
  number z /\ Rabs (value z - value x * value y) <= unit_ * Rabs (value x * value y) + tiny.
Proof.
  intros (m & x' & y' & A & Fx & Fy & Fz) Nx Ny Lx Ly.
  destruct (flushed_number _ _ Fx Nx) as [Nx' Vx]. destruct (flushed_number _ _ Fy Ny) as [Ny' Vy].
  destruct (product_moves _ _ _ _ Lx Ly Vx Vy) as [P Q]. assert (T := bpow_gt_0 radix2 (-126)).
  apply (result_error m (value x' * value y') _ (Bmult m x' y')); auto; [|lra|].
  - intro B. assert (K := Bmult_correct 24 128 _ _ m x' y').
    change (SpecFloat.fexp 24 128) with exponents in K. change (@B2R 24 128) with value in K.
    rewrite (no_overflow m _ A B) in K. unfold number in *. rewrite Nx', Ny' in K. tauto.
  - eapply Rle_trans; [exact Q|]. apply bpow_le. lia.
Qed.

Lemma times_plus_error x y a z : times_plus C x y a z -> number x -> number y -> number a ->
  Rabs (value x) <= large -> Rabs (value y) <= large -> Rabs (value a) <= large ->
  number z /\ Rabs (value z - (value x * value y + value a))
    <= unit_ * Rabs (value x * value y + value a) + tiny.
Proof.
  intros (m & x' & y' & a' & A & Fx & Fy & Fa & Fz) Nx Ny Na Lx Ly La.
  destruct (flushed_number _ _ Fx Nx) as [Nx' Vx]. destruct (flushed_number _ _ Fy Ny) as [Ny' Vy].
  destruct (flushed_number _ _ Fa Na) as [Na' Va].
  destruct (product_moves _ _ _ _ Lx Ly Vx Vy) as [P Q].
  apply (result_error m (value x' * value y' + value a') _ (Bfma m x' y' a')); auto.
  - intro B. assert (K := Bfma_correct 24 128 _ _ m x' y' a' Nx' Ny' Na'). cbv zeta in K.
    change (SpecFloat.fexp 24 128) with exponents in K. change (@B2R 24 128) with value in K.
    rewrite (no_overflow m _ A B) in K. unfold number. tauto.
  - replace (value x' * value y' + value a' - (value x * value y + value a))
      with ((value x' * value y' - value x * value y) + (value a' - value a)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. lra.
  - eapply Rle_trans; [apply Rabs_triang|].
    assert (power_of_two 80 + large <= power_of_two 99) by powers. lra.
Qed.
End Class.
