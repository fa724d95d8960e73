(* The computed attention: numbers near to a positive multiple of the exact weights, each off by a
   factor near 1. *)
From Coq Require Import List Arith ZArith Reals Lra Lia Psatz Bool.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
Import ListNotations.
From MaxOfK Require Import Network Bound Folding Exact Program Floats Rounding Sums Widths Within.
Local Open Scope R_scope.

(* ---- small facts ---- *)
Lemma exp_between a e : Rabs e <= a -> a < 1 -> 1 - a <= exp e <= / (1 - a).
Proof.
  intros H A. apply Rabs_le_inv in H. split.
  - eapply Rle_trans; [|apply exp_ineq1_le]. lra.
  - replace (exp e) with (/ exp (- e)) by (rewrite exp_Ropp, Rinv_inv; reflexivity).
    apply Rinv_le_contravar; [lra|]. eapply Rle_trans; [|apply exp_ineq1_le]. lra.
Qed.

Definition clamp (lo hi y : R) := Rmax lo (Rmin y hi).
Lemma clamp_near lo hi y t : lo <= hi -> 0 <= t -> lo - t <= y <= hi + t ->
  lo <= clamp lo hi y <= hi /\ Rabs (y - clamp lo hi y) <= t.
Proof.
  intros L T [A B]. unfold clamp, Rmax, Rmin.
  destruct (Rle_dec y hi), (Rle_dec lo _); split; try lra; apply Rabs_le; lra.
Qed.

Lemma sum_over_le {A} (f g : A -> R) l : (forall p, In p l -> f p <= g p) -> sum_over f l <= sum_over g l.
Proof.
  induction l as [|p l IH]; intro H; simpl; [lra|].
  assert (X := H p (or_introl eq_refl)). assert (Y := IH ltac:(intros; apply H; right; auto)). lra.
Qed.
Lemma sum_over_close {A} (f g : A -> R) t l : (forall p, In p l -> Rabs (f p - g p) <= t) ->
  Rabs (sum_over f l - sum_over g l) <= INR (length l) * t.
Proof.
  induction l as [|p l IH]; intro H; cbn [sum_over length].
  - rewrite Rminus_0_r, Rabs_R0. simpl. lra.
  - rewrite S_INR. assert (X := H p (or_introl eq_refl)).
    assert (Y := IH ltac:(intros; apply H; right; auto)).
    replace (f p + sum_over f l - (g p + sum_over g l)) with ((f p - g p) + (sum_over f l - sum_over g l)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma sum_over_abs {A} (f : A -> R) l : Rabs (sum_over f l) <= sum_over (fun p => Rabs (f p)) l.
Proof.
  induction l; simpl; [rewrite Rabs_R0; lra|]. eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma sum_over_member {A} (f : A -> R) l p : (forall a, In a l -> 0 <= f a) -> In p l -> f p <= sum_over f l.
Proof.
  induction l as [|a l IH]; intros P I; [destruct I|]. simpl.
  assert (Q : 0 <= sum_over f l).
  { clear IH I. induction l; simpl; [lra|]. assert (0 <= f a0) by (apply P; simpl; auto).
    assert (0 <= sum_over f l) by (apply IHl; intros b Hb; apply P; destruct Hb; simpl; auto). lra. }
  destruct I as [->|I]; [lra|]. assert (0 <= f a) by (apply P; simpl; auto).
  assert (f p <= sum_over f l) by (apply IH; auto; intros; apply P; simpl; auto). lra.
Qed.
Lemma sum_nth {A} (f : A -> R) (z : A) l : sum (length l) (fun i => f (nth i l z)) = sum_over f l.
Proof.
  rewrite <- sum_over_seq. induction l as [|a l IH]; [reflexivity|]. cbn [length seq sum_over nth].
  rewrite <- seq_shift. rewrite <- IH. f_equal. clear IH. induction (seq 0 (length l)); simpl; congruence.
Qed.

Section Attention.
Variables (C : arithmetic) (s : list (nat * nat)) (last : nat * nat) (f : values) (S : nat * nat -> R).
Variables (size err shift_err : Z).
Hypothesis length_small : (length s <= 1024)%nat.
Hypothesis scores : forall p, In p s -> number (f_score f p) /\ within (value (f_score f p) - S p) err /\
  within (value (f_score f p)) size.
Hypothesis size_moderate : moderate size = true.
Hypothesis shift_is : shift_err = (err + rounded C (2 * size) + 1)%Z.
Hypothesis weight_small : (weight_error C size shift_err <= 2 ^ (unit_bits - 5))%Z.
Hypothesis shifted : exists top, In top s /\
    (forall p, In p s -> value (f_score f p) <= value (f_score f top)) /\
    (forall p, In p s -> minus C (f_score f p) (f_score f top) (f_shifted f p)).
Hypothesis powers_ : forall p, In p s -> exponential C (f_shifted f p) (f_power f p).
Hypothesis total_ : total C (length s) (fun i => f_power f (nth i s last)) (f_total f).
Hypothesis patterns : forall p, In p s -> quotient C (f_power f p) (f_total f) (f_pattern f p).

Let a := IZR shift_err * unit.
Let eps := IZR (relative (exp_error C) one_unit +
  relative (exp_slope C) (2 * size + rounded C (2 * size) + 1)) * unit.
Let div := INR (divide_error C) * bpow radix2 (-24).
Definition spread_ := IZR (weight_error C size shift_err) * unit.

Lemma one_within : within 1 one_unit.
Proof.
  unfold within. rewrite Rabs_R1. change (IZR one_unit) with (bpow radix2 60).
  rewrite <- bpow_plus. right. reflexivity.
Qed.
Lemma div_within : within div (quotient_error C).
Proof. unfold div, quotient_error. rewrite <- (Rmult_1_r (_ * _)). apply within_relative, one_within. Qed.

Lemma errors_small : s <> [] -> 0 <= a /\ 0 <= eps /\ 0 <= div /\ a + eps + div <= spread_ /\ spread_ <= / 32.
Proof.
  intro N. destruct s as [|p r]; [congruence|]. destruct (scores p (or_introl eq_refl)) as (_ & E & Z).
  assert (U := unit_pos).
  assert (Z2 := within_scale _ _ 2 ltac:(lia) Z).
  assert (R := within_rounded C _ _ Z2).
  assert (A : 0 <= a).
  { unfold a. rewrite shift_is. apply (within_nonneg ((value (f_score f p) - S p) + unit_ C * (2 * value (f_score f p)) + 0)).
    apply within_plus; [apply within_plus; auto|]. apply within_one. rewrite Rabs_R0. lra. }
  assert (D := div_within). unfold within in D.
  assert (P : 0 <= div).
  { unfold div. apply Rmult_le_pos; [apply pos_INR|apply bpow_ge_0]. }
  rewrite Rabs_pos_eq in D by auto.
  assert (Q : 0 <= eps).
  { unfold eps. apply (within_nonneg (INR (exp_error C) * bpow radix2 (-24) * 1 +
      INR (exp_slope C) * bpow radix2 (-24) * (2 * value (f_score f p) + unit_ C * (2 * value (f_score f p)) + 0))).
    apply within_plus; apply within_relative; [apply one_within|].
    apply within_plus; [apply within_plus; auto|]. apply within_one. rewrite Rabs_R0. lra. }
  split; [auto|]. split; [auto|]. split; [auto|]. split.
  - unfold spread_, weight_error, a, eps. rewrite !plus_IZR. unfold eps in *. rewrite ?plus_IZR in *. lra.
  - unfold spread_. apply IZR_le in weight_small.
    apply Rle_trans with (IZR (2 ^ (unit_bits - 5)) * unit); [apply Rmult_le_compat_r; lra|].
    change (IZR (2 ^ (unit_bits - 5))) with (bpow radix2 55). rewrite <- bpow_plus. right. reflexivity.
Qed.

(* what enters the exponential *)
Lemma argument p top x' : In p s -> In top s -> value (f_score f p) <= value (f_score f top) ->
  minus C (f_score f p) (f_score f top) (f_shifted f p) -> flushed (f_shifted f p) x' ->
  number x' /\ Rabs (value x' - (S p - value (f_score f top))) <= a /\ value x' <= / 32 /\
  within (value x') (2 * size + rounded C (2 * size) + 1) /\ (p = top -> Rabs (value x') <= bpow radix2 (-80)).
Proof.
  intros Ip It L Hm Fx. assert (Ne : s <> []) by (intro E; rewrite E in Ip; destruct Ip).
  destruct (errors_small Ne) as (A0 & E0 & D0 & Y1 & Y2).
  destruct (scores p Ip) as (Np & Ep & Zp). destruct (scores top It) as (Nt & Et & Zt).
  assert (M1 := moderate_size _ _ size_moderate Zp). assert (M2 := moderate_size _ _ size_moderate Zt).
  assert (Q : power_of_two 12 <= large) by powers.
  destruct (minus_error C _ _ _ Hm Np Nt ltac:(lra) ltac:(lra)) as [Ns Es].
  destruct (flushed_number _ _ Fx Ns) as [Nx Ex]. split; auto.
  set (sp := value (f_score f p)) in *. set (st := value (f_score f top)) in *.
  assert (W2 : within (sp - st) (2 * size)).
  { replace (2 * size)%Z with (size + size)%Z by ring. apply within_minus; auto. }
  assert (R : within (unit_ C * Rabs (sp - st)) (rounded C (2 * size))) by (apply within_rounded, within_abs; auto).
  assert (U := unit_bounds C). assert (Pos := Rabs_pos (sp - st)).
  assert (T : tiny + power_of_two (-126) <= unit) by powers.
  assert (D : within (value x' - (sp - st)) (rounded C (2 * size) + 1)).
  { unfold within in *. rewrite plus_IZR. rewrite (Rabs_pos_eq (unit_ C * _)) in R by nra.
    replace (value x' - (sp - st)) with ((value x' - value (f_shifted f p)) + (value (f_shifted f p) - (sp - st))) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. lra. }
  assert (D' : within (value x' - (S p - st)) shift_err).
  { rewrite shift_is. replace (err + rounded C (2 * size) + 1)%Z with ((rounded C (2 * size) + 1) + err)%Z by ring.
    apply within_chain with (sp - st); auto. replace (sp - st - (S p - st)) with (sp - S p) by ring. auto. }
  split; [exact D'|]. split.
  - assert (F : IZR (rounded C (2 * size) + 1) * unit <= a).
    { unfold a. apply Rmult_le_compat_r; [left; apply unit_pos|]. apply IZR_le. rewrite shift_is.
      assert (G := within_size _ _ Ep). lia. }
    unfold within in D. apply Rabs_le_inv in D. lra.
  - split.
    + replace (2 * size + rounded C (2 * size) + 1)%Z with (2 * size + (rounded C (2 * size) + 1))%Z by ring.
      apply within_near with (sp - st); auto.
    + intros ->. unfold st, sp in *. rewrite Rminus_eq_0, Rabs_R0 in Es by auto.
      replace (value x') with ((value x' - value (f_shifted f top)) + (value (f_shifted f top) - 0)) by ring.
      eapply Rle_trans; [apply Rabs_triang|].
      assert (tiny + power_of_two (-126) <= bpow radix2 (-80)) by powers. lra.
Qed.

(* a computed exponential, W the exact one *)
Lemma power_near p top : In p s -> In top s -> value (f_score f p) <= value (f_score f top) ->
  minus C (f_score f p) (f_score f top) (f_shifted f p) ->
  let W := exp (S p - value (f_score f top)) in
  number (f_power f p) /\ 0 <= value (f_power f p) <= 2 /\ (p = top -> 3 / 4 <= value (f_power f p)) /\
  W * ((1 - a) * (1 - eps)) - bpow radix2 (-125) <= value (f_power f p)
    <= W * (/ (1 - a) * (1 + eps)) + bpow radix2 (-125).
Proof.
  intros Ip It L Hm W. assert (Ne : s <> []) by (intro E; rewrite E in Ip; destruct Ip).
  destruct (errors_small Ne) as (A0 & E0 & D0 & Y1 & Y2).
  destruct (powers_ p Ip) as (x' & Fx & H).
  destruct (argument p top x' Ip It L Hm Fx) as (Nx & Ea & Small & Wx & Top).
  destruct (H Nx ltac:(lra)) as [P0 [N E]]. split; auto.
  assert (B : (INR (exp_error C) + INR (exp_slope C) * Rabs (value x')) * bpow radix2 (-24) <= eps).
  { assert (V : within (INR (exp_error C) * bpow radix2 (-24) * 1 + INR (exp_slope C) * bpow radix2 (-24) * Rabs (value x'))
      (relative (exp_error C) one_unit + relative (exp_slope C) (2 * size + rounded C (2 * size) + 1)))
      by (apply within_plus; apply within_relative; [apply one_within|apply within_abs; auto]).
    unfold within in V. fold eps in V. apply Rabs_le_inv in V. lra. }
  set (X := exp (value x')) in *. assert (PX : 0 < X) by apply exp_pos.
  rewrite (Rabs_pos_eq X) in E by lra.
  assert (E' : Rabs (value (f_power f p) - X) <= eps * X + bpow radix2 (-125)).
  { eapply Rle_trans; [exact E|]. apply Rplus_le_compat_r, Rmult_le_compat_r; lra. }
  apply Rabs_le_inv in E'. assert (T : 0 < bpow radix2 (-125) <= / 1000) by (split; [apply bpow_gt_0|powers]).
  assert (X1 : X <= 32 / 31).
  { unfold X. apply Rle_trans with (exp (/ 32)).
    - destruct (Req_dec (value x') (/ 32)) as [->|N0]; [lra|]. left. apply exp_increasing. lra.
    - assert (G := exp_between (/ 32) (/ 32) ltac:(rewrite Rabs_pos_eq; lra) ltac:(lra)). lra. }
  split; [split; [auto|nra]|]. split.
  - intro Ep. assert (V := Top Ep). assert (G := exp_between _ _ V ltac:(powers)). fold X in G.
    assert (bpow radix2 (-80) <= / 100) by powers. nra.
  - assert (XW : X = W * exp (value x' - (S p - value (f_score f top)))).
    { unfold X, W. rewrite <- exp_plus. f_equal. ring. }
    assert (PW : 0 < W) by apply exp_pos.
    destruct (exp_between a _ Ea ltac:(lra)) as [G1 G2]. set (g := exp (value x' - _)) in *.
    assert (H1 : W * (1 - a) <= X) by (rewrite XW; apply Rmult_le_compat_l; lra).
    assert (H2 : X <= W * / (1 - a)) by (rewrite XW; apply Rmult_le_compat_l; lra).
    assert (H3 : W * (1 - a) * (1 - eps) <= X * (1 - eps)) by (apply Rmult_le_compat_r; lra).
    assert (H4 : X * (1 + eps) <= W * / (1 - a) * (1 + eps)) by (apply Rmult_le_compat_r; lra).
    split; lra.
Qed.

Theorem attention : s <> [] -> exists (c : R) (alpha : nat * nat -> R), 0 < c /\ 0 <= spread_ <= / 32 /\
  (forall p, In p s -> (1 - spread_) * (c * exp (S p)) <= alpha p <= / (1 - spread_) * (c * exp (S p))) /\
  (forall p, In p s -> number (f_pattern f p) /\ Rabs (value (f_pattern f p) - alpha p) <= bpow radix2 (-121)) /\
  Rabs (sum_over alpha s - 1) <= (gamma C (length s) + div) * (1025 / 1024) + 8 * unit.
Proof.
  intro Ne. destruct (errors_small Ne) as (A0 & E0 & D0 & Y1 & Y2).
  destruct shifted as (top & It & Lt & Mt).
  assert (P := fun p Ip => power_near p top Ip It (Lt p Ip) (Mt p Ip)). cbv zeta in P.
  set (st := value (f_score f top)) in *.
  set (W := fun p => exp (S p - st)).
  set (N := fun p => clamp (W p * ((1 - a) * (1 - eps))) (W p * (/ (1 - a) * (1 + eps))) (value (f_power f p))).
  assert (WP : forall p, 0 < W p) by (intro; apply exp_pos).
  assert (I1 : 1 <= / (1 - a)).
  { rewrite <- Rinv_1 at 1. apply Rinv_le_contravar; lra. }
  assert (Order : forall p, W p * ((1 - a) * (1 - eps)) <= W p * (/ (1 - a) * (1 + eps))).
  { intro p. apply Rmult_le_compat_l; [generalize (WP p); lra|]. nra. }
  assert (HN : forall p, In p s -> W p * ((1 - a) * (1 - eps)) <= N p <= W p * (/ (1 - a) * (1 + eps)) /\
    Rabs (value (f_power f p) - N p) <= bpow radix2 (-125)).
  { intros p Ip. apply clamp_near; [apply Order|apply bpow_ge_0|]. apply (P p Ip). }
  (* the sum of the exponentials *)
  assert (T := total_error C (length s) _ _ total_ length_small).
  assert (T' : forall i, (i < length s)%nat -> number (f_power f (nth i s last)) /\
    Rabs (value (f_power f (nth i s last))) <= power_of_two 24).
  { intros i Hi. assert (Ip := nth_In s last Hi). destruct (P _ Ip) as (A & B & _). split; auto.
    rewrite Rabs_pos_eq by lra. assert (2 <= power_of_two 24) by powers. lra. }
  destruct (T T') as [Nz Ez]. clear T T'.
  rewrite (sum_nth (fun p => value (f_power f p)) last s) in Ez.
  rewrite (sum_nth (fun p => Rabs (value (f_power f p))) last s) in Ez.
  set (Z := value (f_total f)) in *. set (Sum := sum_over (fun p => value (f_power f p)) s) in *.
  assert (EqA : sum_over (fun p => Rabs (value (f_power f p))) s <= Sum).
  { apply sum_over_le. intros p Ip. destruct (P p Ip) as (_ & B & _). rewrite Rabs_pos_eq by lra. lra. }
  assert (S34 : 3 / 4 <= Sum).
  { destruct (P top It) as (_ & _ & B & _). eapply Rle_trans; [apply B; auto|].
    apply (sum_over_member (fun p => value (f_power f p))); auto. intros p Ip. apply (P p Ip). }
  set (n := INR (length s)) in *.
  assert (Hn : n <= 1024).
  { unfold n. assert (L := length_small). apply le_INR in L. replace (INR 1024) with 1024 in L by (rewrite INR_IZR_INZ; reflexivity). auto. }
  assert (Hn0 : 0 <= n) by apply pos_INR.
  assert (S2 : Sum <= n * 2).
  { assert (X := sum_over_close (fun p => value (f_power f p)) (fun _ => 0) 2 s). fold n in X.
    assert (Y : sum_over (fun _ : nat * nat => 0) s = 0) by (clear; induction s; simpl; lra).
    rewrite Y, Rminus_0_r in X. fold Sum in X. assert (X' : Rabs Sum <= n * 2).
    { apply X. intros p Ip. destruct (P p Ip) as (_ & B & _). rewrite Rminus_0_r, Rabs_pos_eq; lra. }
    rewrite Rabs_pos_eq in X' by lra. auto. }
  set (g := gamma C (length s)) in *.
  assert (G0 : 0 <= g) by apply gamma_pos.
  assert (G1 : g <= / 4096).
  { unfold g, gamma. fold n. assert (U := unit_bounds C).
    assert (n * unit_ C <= 1024 * / 8388608) by (apply Rmult_le_compat; lra). nra. }
  assert (U := unit_pos). assert (Us : unit <= / 1000000) by powers.
  assert (Ez' : Rabs (Z - Sum) <= g * Sum + unit).
  { eapply Rle_trans; [exact Ez|]. apply Rplus_le_compat_r, Rmult_le_compat_l; lra. }
  apply Rabs_le_inv in Ez'.
  assert (Z12 : / 2 <= Z) by nra.
  assert (Z13 : Z <= 8192) by nra.
  assert (NS : Rabs (sum_over N s - Sum) <= unit).
  { rewrite Rabs_minus_sym. eapply Rle_trans; [apply (sum_over_close (fun p => value (f_power f p)) N (bpow radix2 (-125)));
      intros p Ip; apply (HN p Ip)|]. fold n.
    apply Rle_trans with (1024 * bpow radix2 (-125)); [apply Rmult_le_compat_r; [apply bpow_ge_0|lra]|powers]. }
  apply Rabs_le_inv in NS.
  assert (SZ : Sum <= Z * (1 + / 2048)) by nra.
  set (r := fun p => N p / Z).
  assert (NP : forall p, In p s -> 0 <= N p).
  { intros p Ip. destruct (HN p Ip) as [[B _] _]. assert (0 <= W p * ((1 - a) * (1 - eps))).
    { apply Rmult_le_pos; [generalize (WP p); lra|]. apply Rmult_le_pos; lra. } lra. }
  assert (RP : forall p, In p s -> 0 <= r p).
  { intros p Ip. unfold r. apply Rmult_le_pos; [auto|]. left. apply Rinv_0_lt_compat. lra. }
  assert (RS : sum_over r s = sum_over N s / Z).
  { unfold r, Rdiv. rewrite (sum_over_scale_r (/ Z)). reflexivity. }
  assert (R1 : Rabs (sum_over r s - 1) <= g * (1 + / 2048) + 4 * unit).
  { rewrite RS. apply Rabs_le.
    assert (V : sum_over N s = Z + (sum_over N s - Z)) by ring.
    assert (B : - (g * (Z * (1 + / 2048)) + 2 * unit) <= sum_over N s - Z <= g * (Z * (1 + / 2048)) + 2 * unit).
    { assert (g * Sum <= g * (Z * (1 + / 2048))) by (apply Rmult_le_compat_l; lra). lra. }
    assert (I : / Z <= 2) by (rewrite <- (Rinv_inv 2); apply Rinv_le_contravar; lra).
    assert (I0 : 0 < / Z) by (apply Rinv_0_lt_compat; lra).
    assert (ZZ : Z * / Z = 1) by (apply Rinv_r; lra).
    unfold Rdiv. rewrite V, Rmult_plus_distr_r, ZZ. set (t := sum_over N s - Z) in *.
    assert (g * (Z * (1 + / 2048)) * / Z = g * (1 + / 2048)).
    { transitivity (g * (1 + / 2048) * (Z * / Z)); [ring|rewrite ZZ; ring]. }
    assert (t * / Z <= (g * (Z * (1 + / 2048)) + 2 * unit) * / Z) by (apply Rmult_le_compat_r; lra).
    assert (- (g * (Z * (1 + / 2048)) + 2 * unit) * / Z <= t * / Z) by (apply Rmult_le_compat_r; lra).
    assert (2 * unit * / Z <= 2 * unit * 2) by (apply Rmult_le_compat_l; lra).
    split; lra. }
  set (alpha := fun p => clamp (r p * (1 - div)) (r p * (1 + div)) (value (f_pattern f p))).
  (* the quotients *)
  assert (Q : forall p, In p s -> number (f_pattern f p) /\
    (r p * (1 - div) <= alpha p <= r p * (1 + div) /\
     Rabs (value (f_pattern f p) - alpha p) <= bpow radix2 (-121))).
  { intros p Ip. destruct (patterns p Ip) as (x' & y' & Fx & Fy & H).
    destruct (P p Ip) as (Np & B & _). destruct (flushed_number _ _ Fx Np) as [Nx Ex].
    assert (Ey : y' = f_total f).
    { destruct Fy as [->|(_ & Small & _)]; auto. exfalso. fold Z in Small. rewrite Rabs_pos_eq in Small by lra.
      assert (power_of_two (-126) <= / 4) by powers. lra. }
    subst y'. fold Z in H.
    assert (IZ : 0 < / Z <= 2).
    { split; [apply Rinv_0_lt_compat; lra|]. rewrite <- (Rinv_inv 2). apply Rinv_le_contravar; lra. }
    assert (Move : Rabs (value x' / Z - r p) <= bpow radix2 (-123)).
    { unfold r, Rdiv. rewrite <- Rmult_minus_distr_r, Rabs_mult, (Rabs_pos_eq (/ Z)) by lra.
      destruct (HN p Ip) as [_ E].
      assert (Rabs (value x' - N p) <= bpow radix2 (-126) + bpow radix2 (-125)).
      { replace (value x' - N p) with ((value x' - value (f_power f p)) + (value (f_power f p) - N p)) by ring.
        eapply Rle_trans; [apply Rabs_triang|]. lra. }
      apply Rle_trans with ((bpow radix2 (-126) + bpow radix2 (-125)) * 2);
        [apply Rmult_le_compat; auto using Rabs_pos; lra|powers]. }
    assert (RB : r p <= 16).
    { unfold r. destruct (HN p Ip) as [_ E]. apply Rabs_le_inv in E.
      assert (bpow radix2 (-125) <= 1) by powers.
      apply Rle_trans with (3 * 2); [unfold Rdiv; apply Rmult_le_compat; try lra; apply NP; auto|lra]. }
    assert (RP' := RP p Ip).
    destruct H as [Nq Eq]; auto.
    - rewrite Rabs_pos_eq by lra. split; [assert (power_of_two (-126) <= / 4) by powers; lra|].
      assert (8192 <= power_of_two 126) by powers. lra.
    - replace (value x' / Z) with ((value x' / Z - r p) + r p) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. rewrite (Rabs_pos_eq (r p)) by auto.
      assert (bpow radix2 (-123) + 16 <= power_of_two 126) by powers. lra.
    - split; auto. apply clamp_near; [nra|apply bpow_ge_0|]. fold div in Eq.
      assert (Rabs (value x' / Z) <= r p + bpow radix2 (-123)).
      { replace (value x' / Z) with ((value x' / Z - r p) + r p) by ring.
        eapply Rle_trans; [apply Rabs_triang|]. rewrite (Rabs_pos_eq (r p)) by auto. lra. }
      assert (div * Rabs (value x' / Z) <= div * (r p + bpow radix2 (-123))) by (apply Rmult_le_compat_l; lra).
      assert (div * bpow radix2 (-123) <= 1 * bpow radix2 (-123)) by (apply Rmult_le_compat_r; [apply bpow_ge_0|lra]).
      assert (1 * bpow radix2 (-123) + bpow radix2 (-125) + bpow radix2 (-123) <= bpow radix2 (-121)) by powers.
      apply Rabs_le_inv in Move. apply Rabs_le_inv in Eq. split; lra. }
  exists (exp (- st) / Z), alpha. repeat split.
  - apply Rmult_lt_0_compat; [apply exp_pos|apply Rinv_0_lt_compat; lra].
  - lra.
  - lra.
  - destruct (Q p H) as (_ & [B1 B2] & _). destruct (HN p H) as [[C1 C2] _].
    assert (IZ : 0 < / Z) by (apply Rinv_0_lt_compat; lra).
    replace (exp (- st) / Z * exp (S p)) with (W p / Z)
      by (unfold W, Rminus; rewrite exp_plus; unfold Rdiv; ring).
    assert (X : W p / Z * ((1 - a) * (1 - eps)) <= r p).
    { unfold r, Rdiv. apply Rle_trans with (W p * ((1 - a) * (1 - eps)) * / Z); [right; ring|apply Rmult_le_compat_r; lra]. }
    assert (WZ : 0 < W p / Z) by (apply Rmult_lt_0_compat; auto).
    assert (K : 1 - spread_ <= (1 - a) * (1 - eps) * (1 - div)).
    { assert (1 - a - eps <= (1 - a) * (1 - eps)) by nra.
      assert ((1 - a - eps) * (1 - div) <= (1 - a) * (1 - eps) * (1 - div)) by (apply Rmult_le_compat_r; lra). nra. }
    apply Rle_trans with (W p / Z * ((1 - a) * (1 - eps)) * (1 - div)).
    + rewrite (Rmult_comm (1 - spread_)), Rmult_assoc. apply Rmult_le_compat_l; lra.
    + eapply Rle_trans; [|exact B1]. apply Rmult_le_compat_r; lra.
  - destruct (Q p H) as (_ & [B1 B2] & _). destruct (HN p H) as [[C1 C2] _].
    assert (IZ : 0 < / Z) by (apply Rinv_0_lt_compat; lra).
    replace (exp (- st) / Z * exp (S p)) with (W p / Z)
      by (unfold W, Rminus; rewrite exp_plus; unfold Rdiv; ring).
    assert (X : r p <= W p / Z * (/ (1 - a) * (1 + eps))).
    { unfold r, Rdiv. apply Rle_trans with (W p * (/ (1 - a) * (1 + eps)) * / Z); [apply Rmult_le_compat_r; lra|right; ring]. }
    assert (WZ : 0 < W p / Z) by (apply Rmult_lt_0_compat; auto).
    assert (K : / (1 - a) * (1 + eps) * (1 + div) <= / (1 - spread_)).
    { apply Rmult_le_reg_l with (1 - a); [lra|]. apply Rmult_le_reg_r with (1 - spread_); [lra|].
      replace ((1 - a) * / (1 - spread_) * (1 - spread_)) with (1 - a) by (field; lra).
      replace ((1 - a) * (/ (1 - a) * (1 + eps) * (1 + div)) * (1 - spread_))
        with ((1 + eps) * (1 + div) * (1 - spread_)) by (field; lra).
      assert (K1 : 1 - spread_ <= (1 - a) * (1 - eps) * (1 - div)).
      { assert (1 - a - eps <= (1 - a) * (1 - eps)) by nra.
        assert ((1 - a - eps) * (1 - div) <= (1 - a) * (1 - eps) * (1 - div)) by (apply Rmult_le_compat_r; lra). nra. }
      apply Rle_trans with ((1 + eps) * (1 + div) * ((1 - a) * (1 - eps) * (1 - div))).
      - apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|auto].
      - replace ((1 + eps) * (1 + div) * ((1 - a) * (1 - eps) * (1 - div)))
          with ((1 - a) * ((1 - eps * eps) * (1 - div * div))) by ring.
        rewrite <- (Rmult_1_r (1 - a)) at 2. apply Rmult_le_compat_l; [lra|].
        assert (0 <= eps * eps <= 1 * 1) by (split; [apply Rmult_le_pos|apply Rmult_le_compat]; lra).
        assert (0 <= div * div) by (apply Rmult_le_pos; lra).
        assert ((1 - eps * eps) * (1 - div * div) <= (1 - eps * eps) * 1) by (apply Rmult_le_compat_l; lra). lra. }
    eapply Rle_trans; [exact B2|]. apply Rle_trans with (W p / Z * (/ (1 - a) * (1 + eps)) * (1 + div)).
    + apply Rmult_le_compat_r; lra.
    + rewrite Rmult_assoc, (Rmult_comm (/ (1 - spread_))). apply Rmult_le_compat_l; lra.
  - apply (Q p H).
  - apply (Q p H).
  - assert (V : Rabs (sum_over alpha s - sum_over r s) <= div * sum_over r s).
    { replace (sum_over alpha s - sum_over r s) with (sum_over (fun p => alpha p - r p) s).
      - eapply Rle_trans; [apply sum_over_abs|]. rewrite <- (sum_over_scale div). apply sum_over_le. intros p Ip.
        destruct (Q p Ip) as (_ & [B1 B2] & _). apply Rabs_le. lra.
      - clear. induction s; simpl; lra. }
    apply Rabs_le_inv in V. apply Rabs_le_inv in R1. apply Rabs_le.
    assert (div * sum_over r s <= div * (1 + / 1024 )) by (apply Rmult_le_compat_l; lra).
    assert (E : (g + div) * (1025 / 1024) = g * (1025 / 1024) + div * (1 + / 1024)) by field.
    assert (g * (1 + / 2048) <= g * (1025 / 1024)) by (apply Rmult_le_compat_l; lra).
    split; lra.
Qed.
End Attention.
