(* A float32 sum in any order is off by at most n u (1 + 2^-12) times the sum of the sizes, u the error
   of one operation (Higham, "Accuracy and Stability of Numerical Algorithms", 4.2). *)
From Coq Require Import List Arith ZArith Reals Permutation Lra Lia Psatz.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
Import ListNotations.
From MaxOfK Require Import Network Floats Rounding.
Local Open Scope R_scope.

Lemma sum_over_permutation {A} (f : A -> R) l l' : Permutation l l' -> sum_over f l = sum_over f l'.
Proof. induction 1; simpl; lra. Qed.
Lemma sum_over_app {A} (f : A -> R) l l' : sum_over f (l ++ l') = sum_over f l + sum_over f l'.
Proof. induction l; simpl; lra. Qed.
Lemma sum_over_seq f n : sum_over f (seq 0 n) = sum n f.
Proof.
  induction n as [|n IH]; [reflexivity|]. rewrite seq_S, sum_over_app, IH. simpl. lra.
Qed.

Section Class.
Variable C : arithmetic.
Notation u := (unit_ C).
Definition grow n := (1 + u) ^ n.
Definition gamma n := INR n * u * (1 + / 4096).

Lemma grow_least n : 1 <= grow n.
Proof. apply pow_R1_Rle. assert (U := unit_bounds C). lra. Qed.
Lemma grow_step a n : (a < n)%nat -> (1 + u) * grow a <= grow n.
Proof.
  intro H. change ((1 + u) * grow a) with (grow (S a)). apply Rle_pow; [|lia].
  assert (U := unit_bounds C). lra.
Qed.
Lemma grow_inverse n : INR n * u <= 1 -> grow n * (1 - INR n * u) <= 1.
Proof.
  assert (U := unit_bounds C). induction n as [|n IH]; [unfold grow; simpl; lra|].
  rewrite S_INR. intro H. assert (P := pos_INR n). assert (Q : 0 <= INR n * u) by nra.
  specialize (IH ltac:(nra)). change (grow (S n)) with ((1 + u) * grow n).
  assert (G := grow_least n).
  assert ((1 + u) * (1 - (INR n + 1) * u) <= 1 - INR n * u) by nra.
  nra.
Qed.
Lemma grow_bound n : (n <= 1024)%nat -> grow n - 1 <= gamma n.
Proof.
  intro H. assert (U := unit_bounds C). assert (G := grow_least n). unfold gamma.
  apply le_INR in H. replace (INR 1024) with 1024 in H by (rewrite INR_IZR_INZ; reflexivity).
  assert (P := pos_INR n). assert (Q : 0 <= INR n * u) by nra.
  assert (Q' : INR n * u <= / 8192) by nra.
  assert (I := grow_inverse n ltac:(lra)). set (x := INR n * u) in *. nra.
Qed.

Section Tree.
Variables (n : nat) (p : nat -> R) (leaf : nat -> float -> Prop) (onto : nat -> float -> float -> Prop).
Hypothesis n_small : (n <= 1024)%nat.
Hypothesis p_small : forall i, (i < n)%nat -> Rabs (p i) <= power_of_two 24.
Hypothesis leaf_error : forall i y, (i < n)%nat -> leaf i y ->
  number y /\ Rabs (value y - p i) <= u * Rabs (p i) + tiny.
Hypothesis onto_error : forall i a y, (i < n)%nat -> onto i a y -> number a -> Rabs (value a) <= large ->
  number y /\ Rabs (value y - (p i + value a)) <= u * Rabs (p i + value a) + tiny.

Definition size (l : list nat) := sum_over (fun i => Rabs (p i)) l.
Definition error_bound (l : list nat) :=
  (grow (length l) - 1) * size l + tiny * (2 * INR (length l) - 1) * grow (length l).

Lemma size_pos l : 0 <= size l.
Proof. unfold size. induction l as [|i l IH]; simpl; [lra|]. generalize (Rabs_pos (p i)). lra. Qed.
Lemma sum_below_size l : Rabs (sum_over p l) <= size l.
Proof.
  unfold size. induction l as [|i l IH]; simpl; [rewrite Rabs_R0; lra|].
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma size_bound l : Forall (fun i => (i < n)%nat) l -> (length l <= 1024)%nat ->
  size l <= power_of_two 34.
Proof.
  intros F L. apply Rle_trans with (INR (length l) * power_of_two 24).
  - clear L. unfold size. induction F as [|i l Hi F IH]; [simpl; lra|]. cbn [sum_over length].
    rewrite S_INR. specialize (p_small i Hi). lra.
  - replace (power_of_two 34) with (1024 * power_of_two 24) by powers.
    apply Rmult_le_compat_r; [apply bpow_ge_0|]. apply le_INR in L.
    replace (INR 1024) with 1024 in L by (rewrite INR_IZR_INZ; reflexivity). auto.
Qed.
Lemma error_small l : (length l <= 1024)%nat ->
  error_bound l <= gamma (length l) * size l + power_of_two (-60).
Proof.
  intro L. unfold error_bound. assert (G := grow_bound _ L). assert (S := size_pos l).
  assert (H := L). apply le_INR in H. replace (INR 1024) with 1024 in H by (rewrite INR_IZR_INZ; reflexivity).
  assert (P := pos_INR (length l)). assert (U := unit_bounds C).
  assert (G2 : gamma (length l) <= 1) by (unfold gamma; nra).
  assert (G1 := grow_least (length l)). assert (T := bpow_gt_0 radix2 (-83)).
  assert (A : tiny * (2 * INR (length l) - 1) * grow (length l) <= tiny * 2048 * 2).
  { rewrite !Rmult_assoc. apply Rmult_le_compat_l; [lra|].
    destruct (Rle_or_lt 0 (2 * INR (length l) - 1)); [apply Rmult_le_compat; lra|nra]. }
  assert (tiny * 2048 * 2 <= power_of_two (-60)) by powers.
  assert ((grow (length l) - 1) * size l <= gamma (length l) * size l) by (apply Rmult_le_compat_r; lra).
  lra.
Qed.

(* one operation on two partial sums, or on a leaf and a partial sum *)
Lemma joined l l' a b y : l <> [] -> l' <> [] ->
  Rabs (a - sum_over p l) <= error_bound l -> Rabs (b - sum_over p l') <= error_bound l' ->
  Rabs (y - (a + b)) <= u * Rabs (a + b) + tiny ->
  Rabs (y - sum_over p (l ++ l')) <= error_bound (l ++ l').
Proof.
  intros N N' Ea Eb Ey. rewrite sum_over_app. unfold error_bound, size. rewrite app_length, sum_over_app.
  fold (size l). fold (size l').
  assert (S := size_pos l). assert (S' := size_pos l'). assert (U := unit_bounds C).
  assert (L : (1 <= length l)%nat) by (destruct l; [congruence|simpl; lia]).
  assert (L' : (1 <= length l')%nat) by (destruct l'; [congruence|simpl; lia]).
  assert (G := grow_step (length l) (length l + length l') ltac:(lia)).
  assert (G' := grow_step (length l') (length l + length l') ltac:(lia)).
  assert (B := sum_below_size l). assert (B' := sum_below_size l').
  assert (T := bpow_gt_0 radix2 (-83)). assert (K := grow_least (length l + length l')).
  rewrite plus_INR. apply le_INR in L, L'. simpl in L, L'.
  unfold error_bound in Ea, Eb.
  set (P := grow (length l + length l')) in *. set (P1 := grow (length l)) in *.
  set (P2 := grow (length l')) in *. set (x1 := 2 * INR (length l) - 1) in *.
  set (x2 := 2 * INR (length l') - 1) in *.
  assert (X1 : 1 <= x1) by (unfold x1; lra). assert (X2 : 1 <= x2) by (unfold x2; lra).
  replace (2 * (INR (length l) + INR (length l')) - 1) with (x1 + x2 + 1) by (unfold x1, x2; ring).
  clearbody P P1 P2 x1 x2. set (s := sum_over p l) in *. set (s' := sum_over p l') in *.
  clearbody s s'.
  assert (E1 : (1 + u) * Rabs (a - s) + u * size l <= (P - 1) * size l + tiny * x1 * P).
  { assert ((1 + u) * Rabs (a - s) <= (1 + u) * ((P1 - 1) * size l + tiny * x1 * P1))
      by (apply Rmult_le_compat_l; lra).
    assert ((1 + u) * P1 * size l <= P * size l) by (apply Rmult_le_compat_r; lra).
    assert (tiny * x1 * ((1 + u) * P1) <= tiny * x1 * P)
      by (apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|lra]).
    lra. }
  assert (E2 : (1 + u) * Rabs (b - s') + u * size l' <= (P - 1) * size l' + tiny * x2 * P).
  { assert ((1 + u) * Rabs (b - s') <= (1 + u) * ((P2 - 1) * size l' + tiny * x2 * P2))
      by (apply Rmult_le_compat_l; lra).
    assert ((1 + u) * P2 * size l' <= P * size l') by (apply Rmult_le_compat_r; lra).
    assert (tiny * x2 * ((1 + u) * P2) <= tiny * x2 * P)
      by (apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|lra]).
    lra. }
  replace (y - (s + s')) with ((y - (a + b)) + ((a - s) + (b - s'))) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. eapply Rle_trans; [apply Rplus_le_compat_l, Rabs_triang|].
  assert (Rab : Rabs (a + b) <= Rabs (a - s) + Rabs (b - s') + size l + size l').
  { replace (a + b) with ((a - s) + (b - s') + (s + s')) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. assert (V := Rabs_triang (a - s) (b - s')).
    assert (W := Rabs_triang s s'). lra. }
  assert (u * Rabs (a + b) <= u * (Rabs (a - s) + Rabs (b - s') + size l + size l'))
    by (apply Rmult_le_compat_l; lra).
  assert (tiny * 1 <= tiny * P) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma added_error l y : added C leaf onto l y -> Forall (fun i => (i < n)%nat) l -> (length l <= 1024)%nat ->
  l <> [] /\ number y /\ Rabs (value y - sum_over p l) <= error_bound l.
Proof.
  assert (T := bpow_gt_0 radix2 (-83)). assert (U := unit_bounds C).
  assert (Size : forall l y, Forall (fun i => (i < n)%nat) l -> (length l <= 1024)%nat ->
    Rabs (y - sum_over p l) <= error_bound l -> Rabs y <= large).
  { clear l y. intros l y F L E. assert (S := size_bound l F L). assert (B := sum_below_size l).
    assert (D := error_small l L). assert (P := size_pos l).
    assert (G : gamma (length l) <= 1).
    { unfold gamma. apply le_INR in L. replace (INR 1024) with 1024 in L by (rewrite INR_IZR_INZ; reflexivity).
      assert (Q := pos_INR (length l)). nra. }
    replace y with ((y - sum_over p l) + sum_over p l) by ring.
    eapply Rle_trans; [apply Rabs_triang|].
    assert (gamma (length l) * size l <= 1 * size l) by (apply Rmult_le_compat_r; lra).
    assert (power_of_two 34 + power_of_two (-60) + power_of_two 34 <= large) by powers. lra. }
  induction 1 as [i y Hl|l l' a b y Ha IHa Hb IHb Hp|i l a y Ha IHa Ho]; intros F L.
  - split; [discriminate|]. inversion F; subst. destruct (leaf_error i y H1 Hl) as [N E]. split; auto.
    unfold error_bound, size, grow. cbn [sum_over length INR pow]. assert (P := Rabs_pos (p i)).
    assert (tiny * u >= 0) by nra.
    replace (value y - (p i + 0)) with (value y - p i) by ring. nra.
  - rewrite app_length in L. apply Forall_app in F. destruct F as [F F'].
    destruct (IHa F ltac:(lia)) as (N1 & Na & Ea). destruct (IHb F' ltac:(lia)) as (N2 & Nb & Eb).
    destruct (plus_error C a b y Hp Na Nb) as [Ny Ey].
    { apply (Size l); auto. lia. }
    { apply (Size l'); auto. lia. }
    split; [destruct l; [congruence|discriminate]|]. split; auto.
    apply (joined l l' (value a) (value b)); auto.
  - cbn [length] in L. inversion F; subst. destruct (IHa H2 ltac:(lia)) as (N1 & Na & Ea).
    destruct (onto_error i a y H1 Ho Na) as [Ny Ey].
    { apply (Size l); auto. lia. }
    split; [discriminate|]. split; auto.
    change (i :: l) with ([i] ++ l).
    apply (joined [i] l (p i) (value a)); auto; [discriminate|].
    unfold error_bound, size, grow. cbn [sum_over length INR pow]. replace (p i - (p i + 0)) with 0 by ring. rewrite Rabs_R0.
    assert (P := Rabs_pos (p i)). nra.
Qed.

Theorem any_order_error y : in_any_order C leaf onto n y ->
  number y /\ Rabs (value y - sum n p) <= gamma n * sum n (fun i => Rabs (p i)) + power_of_two (-60).
Proof.
  intros (l & P & A). assert (L : length l = n).
  { rewrite (Permutation_length P). apply seq_length. }
  assert (F : Forall (fun i => (i < n)%nat) l).
  { apply Forall_forall. intros i Hi. apply (Permutation_in _ P) in Hi. apply in_seq in Hi. lia. }
  destruct (added_error l y A F ltac:(lia)) as (_ & N & E). split; auto.
  assert (D := error_small l ltac:(lia)). unfold size in D.
  rewrite (sum_over_permutation (fun i => Rabs (p i)) _ _ P), sum_over_seq, L in D.
  rewrite (sum_over_permutation p _ _ P), sum_over_seq in E. lra.
Qed.
End Tree.

Lemma product_small x w : Rabs x <= power_of_two 12 -> Rabs w <= power_of_two 12 ->
  Rabs (x * w) <= power_of_two 24.
Proof.
  intros Hx Hw. rewrite Rabs_mult. replace (power_of_two 24) with (power_of_two 12 * power_of_two 12) by powers.
  apply Rmult_le_compat; auto using Rabs_pos.
Qed.

(* sums of n products, and of n numbers *)
Theorem dot_error n x w y : dot C n x w y -> (n <= 1024)%nat ->
  (forall i, (i < n)%nat -> number (x i) /\ Rabs (value (x i)) <= power_of_two 12) ->
  (forall i, (i < n)%nat -> number (w i) /\ Rabs (value (w i)) <= power_of_two 12) ->
  number y /\ Rabs (value y - sum n (fun i => value (x i) * value (w i)))
    <= gamma n * sum n (fun i => Rabs (value (x i) * value (w i))) + power_of_two (-60).
Proof.
  intros D Hn Hx Hw. assert (Q : power_of_two 12 <= large) by powers.
  apply (any_order_error n (fun i => value (x i) * value (w i))) with (5 := D); auto.
  - intros i Hi. destruct (Hx i Hi), (Hw i Hi). apply product_small; auto.
  - intros i z Hi H. destruct (Hx i Hi) as [Nx Lx], (Hw i Hi) as [Nw Lw]. destruct H as [H|[s H]].
    + apply (times_error C (x i) (w i) z H); auto; lra.
    + assert (E := times_plus_error C (x i) (w i) _ z H Nx Nw eq_refl ltac:(lra) ltac:(lra)).
      change (value (B754_zero s)) with 0 in E. rewrite Rabs_R0, Rplus_0_r in E. apply E. powers.
  - intros i a z Hi H Na La. destruct (Hx i Hi) as [Nx Lx], (Hw i Hi) as [Nw Lw].
    apply (times_plus_error C (x i) (w i) a z H); auto; lra.
Qed.

Theorem total_error n x y : total C n x y -> (n <= 1024)%nat ->
  (forall i, (i < n)%nat -> number (x i) /\ Rabs (value (x i)) <= power_of_two 24) ->
  number y /\ Rabs (value y - sum n (fun i => value (x i)))
    <= gamma n * sum n (fun i => Rabs (value (x i))) + power_of_two (-60).
Proof.
  intros D Hn Hx. apply (any_order_error n (fun i => value (x i))) with (5 := D); auto.
  - intros i Hi. apply Hx. auto.
  - intros i z Hi ->. destruct (Hx i Hi) as [N L]. split; auto.
    unfold Rminus. rewrite Rplus_opp_r, Rabs_R0. assert (U := unit_bounds C).
    assert (P := Rabs_pos (value (x i))). assert (T := bpow_gt_0 radix2 (-83)). nra.
  - intros i a z _ [].
Qed.
End Class.
