(* Real numbers between integers: table entries in fixed point, exponentials by coq-interval, and the
   upper end of a product with a positive weight. *)
From Coq Require Import Reals ZArith Lia Lra Psatz.
From Flocq Require Import Core.
From Interval Require Import Float.Basic Float.Generic_proof Float.Specific_ops Float.Specific_stdz
  Real.Xreal Interval.Interval Interval.Float_full.
From MaxOfK Require Import Network Exact.
Module F := SpecificFloat StdZRadix2.
Module I := FloatIntervalFull F.
Local Open Scope Z_scope.

(* ---- fixed point ---- *)
Notation radix := Zaux.radix2.

(* the largest integer below z 2^e *)
Lemma shift_below z e : (IZR (Z.shiftl z e) <= IZR z * bpow radix e)%R.
Proof.
  destruct (Z_le_gt_dec 0 e) as [E|E].
  - rewrite Z.shiftl_mul_pow2, mult_IZR by auto. rewrite <- (IZR_Zpower radix) by auto. simpl. lra.
  - replace (Z.shiftl z e) with (z / 2 ^ (- e)).
    2:{ rewrite <- Z.shiftr_div_pow2 by lia. unfold Z.shiftr. f_equal. lia. }
    replace e with (- - e) at 2 by lia. rewrite bpow_opp, <- (IZR_Zpower radix) by lia.
    change (Zaux.radix_val radix) with 2.
    assert (P : 0 < 2 ^ (- e)) by (apply Z.pow_pos_nonneg; lia).
    assert (D := Z.mul_div_le z (2 ^ (- e)) P).
    apply IZR_le in D. rewrite mult_IZR in D. apply IZR_lt in P.
    apply Rmult_le_reg_l with (1 := P). rewrite (Rmult_comm (IZR z)), <- Rmult_assoc, Rinv_r by lra. lra.
Qed.

Definition below2 (z e : Z) : Z := Z.shiftl z e.
Definition above2 (z e : Z) : Z := - Z.shiftl (- z) e.
Lemma shift_above z e : (IZR z * bpow radix e <= IZR (above2 z e))%R.
Proof.
  unfold above2. rewrite opp_IZR. assert (H := shift_below (- z) e). rewrite opp_IZR in H. lra.
Qed.

(* table entries with this many bits after the point *)
Definition fraction : Z := 20.
Definition floor_at (e : nat) (z : Z) : Z := below2 z (fraction - Z.of_nat e).
Definition ceil_at (e : nat) (z : Z) : Z := above2 z (fraction - Z.of_nat e).

Lemma dyadic_bpow e z : dyadic e z = (IZR z * bpow radix (- Z.of_nat e))%R.
Proof.
  unfold dyadic. rewrite bpow_opp, <- (IZR_Zpower radix) by lia.
  rewrite <- pow_IZR. reflexivity.
Qed.
Lemma floor_at_below e z : (IZR (floor_at e z) <= bpow radix fraction * dyadic e z)%R.
Proof.
  unfold floor_at, below2. rewrite dyadic_bpow. eapply Rle_trans; [apply shift_below|].
  unfold Z.sub. rewrite bpow_plus. lra.
Qed.
Lemma ceil_at_above e z : (bpow radix fraction * dyadic e z <= IZR (ceil_at e z))%R.
Proof.
  unfold ceil_at. rewrite dyadic_bpow. eapply Rle_trans; [|apply shift_above].
  unfold Z.sub. rewrite bpow_plus. lra.
Qed.

(* ---- intervals ---- *)
Definition bits := F.PtoP 26.

(* around sqrt(dh) 2^e *)
Definition divisor (e dh : nat) : I.type :=
  I.mul bits (I.fromZ bits (2 ^ Z.of_nat e)) (I.sqrt bits (I.fromZ bits (Z.of_nat dh))).
(* around e^(z / divisor) *)
Definition exponential (by_ : I.type) (z : Z) : I.type := I.exp bits (I.div bits (I.fromZ bits z) by_).

Lemma exponential_correct e dh z : (0 < dh)%nat ->
  contains (I.convert (exponential (divisor e dh) z)) (Xreal (exp (dyadic e z / sqrt (INR dh)))).
Proof.
  intro H. assert (P := two_pow_pos e).
  assert (S : (0 < sqrt (INR dh))%R) by (apply sqrt_lt_R0; apply lt_0_INR; auto).
  assert (D : contains (I.convert (divisor e dh)) (Xreal (2 ^ e * sqrt (INR dh)))).
  { apply (I.mul_correct _ _ _ (Xreal _) (Xreal _)).
    - replace (2 ^ e)%R with (IZR (2 ^ Z.of_nat e)) by (rewrite <- pow_IZR; auto). apply I.fromZ_correct.
    - replace (Xreal (sqrt (INR dh))) with (Xsqrt (Xreal (INR dh))).
      + apply I.sqrt_correct. rewrite INR_IZR_INZ. apply I.fromZ_correct.
      + unfold Xsqrt, Xbind, Xsqrt'. assert (Q := pos_INR dh). destruct (is_negative_spec (INR dh)); [lra|reflexivity].
    }
  unfold exponential. change (Xreal (exp (dyadic e z / sqrt (INR dh))))
    with (Xexp (Xreal (dyadic e z / sqrt (INR dh)))). apply I.exp_correct.
  replace (Xreal (dyadic e z / sqrt (INR dh))) with (Xdiv (Xreal (IZR z)) (Xreal (2 ^ e * sqrt (INR dh)))).
  - apply I.div_correct; auto. apply I.fromZ_correct.
  - unfold Xdiv, Xbind2, Xdiv'. destruct (is_zero_spec (2 ^ e * sqrt (INR dh))).
    + exfalso. assert (0 < 2 ^ e * sqrt (INR dh))%R by (apply Rmult_lt_0_compat; auto). lra.
    + f_equal. unfold dyadic. field. lra.
Qed.

(* ends of an interval times 2^k, as integers; only of finite ones *)
Definition finite (i : I.type) : bool :=
  match i with Float.Ibnd (Float _ _) (Float _ _) => true | _ => false end.
Definition ends (k : Z) (i : I.type) : Z * Z :=
  match i with
  | Float.Ibnd (Float l el) (Float u eu) => (below2 l (el + k), above2 u (eu + k))
  | _ => (0, 0)
  end.
(* about the binary logarithm of the upper end *)
Definition magnitude (i : I.type) : Z :=
  match i with Float.Ibnd _ (Float u eu) => Z.log2 u + eu | _ => 0 end.

Lemma toX_Float m e : F.toX (Float m e) = Xreal (IZR m * bpow radix e).
Proof.
  unfold F.toX, F.toF. destruct m as [|m|m]; simpl; f_equal; [lra| |];
    rewrite FtoR_split; unfold F2R; reflexivity.
Qed.

Definition between (k : Z) (b : Z * Z) (r : R) : Prop :=
  (IZR (fst b) <= bpow radix k * r <= IZR (snd b))%R.

Lemma ends_correct k i r : finite i = true -> contains (I.convert i) (Xreal r) -> between k (ends k i) r.
Proof.
  destruct i as [|[|l el] [|u eu]]; try discriminate. intros _ C.
  unfold I.convert in C. change (I.F.valid_lb _ && I.F.valid_ub _)%bool with true in C.
  cbv iota in C. change I.F.toX with F.toX in C. rewrite !toX_Float in C. destruct C as [L U].
  assert (P := bpow_gt_0 radix k). unfold between, ends, below2. cbn [fst snd]. split.
  - eapply Rle_trans; [apply shift_below|]. rewrite bpow_plus. nra.
  - eapply Rle_trans; [|apply shift_above]. rewrite bpow_plus. nra.
Qed.

(* ---- products with a positive weight ---- *)
Definition times_up (b : Z * Z) (c : Z) : Z := if 0 <=? c then c * snd b else c * fst b.

Lemma times_up_above k b w r c : (0 < w)%R -> between k b w -> (r <= IZR c)%R ->
  (bpow radix k * w * r <= IZR (times_up b c))%R.
Proof.
  intros W [L U] R0. assert (P := bpow_gt_0 radix k).
  assert (Q : (0 < bpow radix k * w)%R) by (apply Rmult_lt_0_compat; auto).
  unfold times_up. destruct (Z.leb_spec 0 c) as [C|C]; rewrite mult_IZR.
  - apply IZR_le in C. nra.
  - apply IZR_lt in C. nra.
Qed.
