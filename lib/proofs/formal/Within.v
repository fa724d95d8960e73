(* Bounds in units of 2^-60: the sizes and errors of Widths.v as statements about real numbers. *)
From Coq Require Import List Arith ZArith Reals Lra Lia Psatz Bool.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
Import ListNotations.
From MaxOfK Require Import Network Folding Exact Enclosures Program Grid Floats Rounding Sums Widths.
Local Open Scope R_scope.

Notation unit := (bpow radix2 (-60)).
Definition within (r : R) (z : Z) : Prop := Rabs r <= IZR z * unit.

Lemma unit_pos : 0 < unit.
Proof. apply bpow_gt_0. Qed.
Lemma within_nonneg r z : within r z -> 0 <= IZR z * unit.
Proof. unfold within. generalize (Rabs_pos r). lra. Qed.
Lemma within_size r z : within r z -> (0 <= z)%Z.
Proof.
  intro H. apply within_nonneg in H. assert (U := unit_pos). apply le_IZR.
  destruct (Rle_or_lt 0 (IZR z)); auto. nra.
Qed.
Lemma within_le r z z' : within r z -> (z <= z')%Z -> within r z'.
Proof. unfold within. intros H L. apply IZR_le in L. assert (U := unit_pos). nra. Qed.
Lemma within_abs r z : within r z -> within (Rabs r) z.
Proof. unfold within. rewrite Rabs_Rabsolu. auto. Qed.
Lemma within_plus r s a b : within r a -> within s b -> within (r + s) (a + b).
Proof. unfold within. intros. rewrite plus_IZR. generalize (Rabs_triang r s). lra. Qed.
Lemma within_opp r a : within r a -> within (- r) a.
Proof. unfold within. rewrite Rabs_Ropp. auto. Qed.
Lemma within_minus r s a b : within r a -> within s b -> within (r - s) (a + b).
Proof. intros. apply within_plus; auto. apply within_opp. auto. Qed.
(* a number from one that is near to it *)
Lemma within_near r s a b : within s a -> within (r - s) b -> within r (a + b).
Proof. intros A B. replace r with (s + (r - s)) by ring. apply within_plus; auto. Qed.
Lemma within_chain r s t a b : within (r - s) a -> within (s - t) b -> within (r - t) (a + b).
Proof. intros A B. replace (r - t) with ((r - s) + (s - t)) by ring. apply within_plus; auto. Qed.
Lemma within_one r : Rabs r <= unit -> within r 1.
Proof. unfold within. lra. Qed.

Lemma above_unit z e : IZR z * bpow radix2 e <= IZR (above2 z e).
Proof. apply shift_above. Qed.

(* a bound times a power of two *)
Lemma within_shift r z e : within r z -> within (bpow radix2 e * r) (above2 z e).
Proof.
  unfold within. intro H. rewrite Rabs_mult, (Rabs_pos_eq (bpow radix2 e)) by apply bpow_ge_0.
  assert (A := above_unit z e). assert (P := bpow_gt_0 radix2 e). assert (U := unit_pos).
  apply Rle_trans with (bpow radix2 e * (IZR z * unit)); [apply Rmult_le_compat_l; lra|].
  replace (bpow radix2 e * (IZR z * unit)) with (IZR z * bpow radix2 e * unit) by ring.
  apply Rmult_le_compat_r; lra.
Qed.
Lemma within_scale r z (k : Z) : (0 <= k)%Z -> within r z -> within (IZR k * r) (k * z).
Proof.
  unfold within. intros K H. rewrite Rabs_mult, mult_IZR. apply IZR_le in K.
  rewrite (Rabs_pos_eq (IZR k)) by lra. rewrite Rmult_assoc. apply Rmult_le_compat_l; lra.
Qed.
Lemma within_times r s a b : within r a -> within s b -> within (r * s) (times_above a b).
Proof.
  intros A B. unfold within, times_above in *. rewrite Rabs_mult.
  apply Rle_trans with ((IZR a * unit) * (IZR b * unit)).
  - apply Rmult_le_compat; auto using Rabs_pos.
  - assert (S := above_unit (a * b) (- unit_bits)). rewrite mult_IZR in S. change (- unit_bits)%Z with (-60)%Z in *.
    assert (U := unit_pos). nra.
Qed.

(* ---- sums ---- *)
Lemma sum_le n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof.
  induction n as [|n IH]; intro H; simpl; [lra|].
  assert (A := H n ltac:(lia)). assert (B := IH ltac:(intros; apply H; lia)). lra.
Qed.
Lemma sum_abs n f : Rabs (sum n f) <= sum n (fun i => Rabs (f i)).
Proof.
  induction n as [|n IH]; simpl; [rewrite Rabs_R0; lra|].
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma sum_minus n f g : sum n f - sum n g = sum n (fun i => f i - g i).
Proof. induction n; simpl; lra. Qed.

Lemma dot_above_sizes n F G f g :
  (forall i, (i < n)%nat -> within (F i) (f i)) -> (forall i, (i < n)%nat -> within (G i) (g i)) ->
  sum n (fun i => Rabs (F i * G i)) <= IZR (dot_above n f g) * unit.
Proof.
  intros HF HG. unfold dot_above.
  apply Rle_trans with (IZR (sumz n (fun i => f i * g i)%Z) * unit * unit).
  - induction n as [|n IH]; simpl sum; simpl sumz; [lra|].
    assert (I := IH ltac:(intros; apply HF; lia) ltac:(intros; apply HG; lia)).
    rewrite plus_IZR, mult_IZR, Rabs_mult.
    assert (A := HF n ltac:(lia)). assert (B := HG n ltac:(lia)). unfold within in A, B.
    assert (P := Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) A B). lra.
  - assert (S := above_unit (sumz n (fun i => f i * g i)%Z) (- unit_bits)).
    change (- unit_bits)%Z with (-60)%Z in *. assert (U := unit_pos). nra.
Qed.
Lemma dot_above_within n F G f g :
  (forall i, (i < n)%nat -> within (F i) (f i)) -> (forall i, (i < n)%nat -> within (G i) (g i)) ->
  within (sum n (fun i => F i * G i)) (dot_above n f g).
Proof.
  intros HF HG. unfold within. eapply Rle_trans; [apply sum_abs|]. apply dot_above_sizes; auto.
Qed.

(* ---- roundings ---- *)
Section Class.
Variable C : arithmetic.
Notation u := (unit_ C).

Lemma unit_bpow : u = bpow radix2 (- rounding_bits C).
Proof. unfold unit_, rounding_bits. destruct (nearest C); reflexivity. Qed.
Lemma within_rounded r z : within r z -> within (u * r) (rounded C z).
Proof. intro H. rewrite unit_bpow. apply within_shift. auto. Qed.
Lemma within_summed n r z : within r z -> within (gamma C n * r) (summed C n z).
Proof.
  intro H. unfold gamma, summed. rewrite unit_bpow.
  replace (INR n * bpow radix2 (- rounding_bits C) * (1 + / 4096) * r)
    with (bpow radix2 (- (rounding_bits C + 12)) * (IZR (Z.of_nat n * 4097) * r)).
  - apply within_shift. apply within_scale; [lia|auto].
  - rewrite Z.opp_add_distr, bpow_plus, mult_IZR, <- INR_IZR_INZ.
    replace (bpow radix2 (- (12))) with (/ 4096) by reflexivity. field.
Qed.
Lemma gamma_pos n : 0 <= gamma C n.
Proof. unfold gamma. assert (U := unit_bounds C). assert (P := pos_INR n). apply Rmult_le_pos; nra. Qed.
Lemma within_relative k r z : within r z -> within (INR k * bpow radix2 (-24) * r) (relative k z).
Proof.
  intro H. unfold relative. replace (INR k * bpow radix2 (-24) * r) with (bpow radix2 (-24) * (IZR (Z.of_nat k) * r))
    by (rewrite <- INR_IZR_INZ; ring).
  apply within_shift, within_scale; [lia|auto].
Qed.

Lemma moderate_size r z : moderate z = true -> within r z -> Rabs r <= bpow radix2 12.
Proof.
  unfold moderate, within. intros H W. apply Z.leb_le in H. apply IZR_le in H.
  eapply Rle_trans; [exact W|]. apply Rle_trans with (IZR (2 ^ (unit_bits + 12)) * unit).
  - apply Rmult_le_compat_r; [apply bpow_ge_0|auto].
  - change (IZR (2 ^ (unit_bits + 12))) with (IZR (2 ^ 72)). rewrite (IZR_Zpower radix2) by lia.
    rewrite <- bpow_plus. apply Rle_refl.
Qed.
Lemma moderate_all_at n l i : moderate_all n l = true -> (i < n)%nat -> moderate (at1 l i) = true.
Proof.
  unfold moderate_all. intros H Hi. rewrite forallb_forall in H. apply H. apply in_seq. lia.
Qed.
Lemma moderate_matrix_at rows cols a i j : moderate_matrix rows cols a = true -> (i < rows)%nat -> (j < cols)%nat ->
  moderate (at2 a i j) = true.
Proof.
  unfold moderate_matrix. intros H Hi Hj. rewrite forallb_forall in H.
  apply (moderate_all_at cols (nth i a [])); auto. apply H. apply in_seq. lia.
Qed.

(* a float computed for r: a number, off by at most the error *)
Definition close (x : float) (r : R) (size err : Z) : Prop :=
  number x /\ within (value x - r) err /\ within r size /\ moderate (size + err) = true.
Lemma close_size x r size err : close x r size err -> within (value x) (size + err).
Proof. intros (_ & E & S & _). apply (within_near _ r); auto. Qed.
Lemma close_moderate x r size err : close x r size err -> Rabs (value x) <= bpow radix2 12.
Proof. intro H. apply (moderate_size _ (size + err)); [apply H|]. apply close_size with r. auto. Qed.

(* ---- matrix products ---- *)
(* what one sum of products is off by: x for X, w exactly as it is *)
Lemma product_off n x w X y (size err W : nat -> Z) : dot C n x w y -> (n <= 1024)%nat ->
  (forall i, (i < n)%nat -> number (x i) /\ Rabs (value (x i)) <= bpow radix2 12 /\
    within (value (x i) - X i) (err i) /\ within (value (x i)) (size i)) ->
  (forall i, (i < n)%nat -> number (w i) /\ Rabs (value (w i)) <= bpow radix2 12 /\ within (value (w i)) (W i)) ->
  number y /\ within (value y - sum n (fun i => X i * value (w i)))
    (dot_above n (fun i => err i + summed C n (size i))%Z W + 1).
Proof.
  intros D Hn Hx Hw.
  destruct (dot_error C n x w y D Hn) as [N E].
  { intros i Hi. destruct (Hx i Hi) as (A & B & _). auto. }
  { intros i Hi. destruct (Hw i Hi) as (A & B & _). auto. }
  split; auto.
  assert (G := gamma_pos n).
  assert (S : sum n (fun i => Rabs ((Rabs (value (x i) - X i) + gamma C n * Rabs (value (x i))) * value (w i)))
    <= IZR (dot_above n (fun i => err i + summed C n (size i))%Z W) * unit).
  { apply dot_above_sizes.
    - intros i Hi. destruct (Hx i Hi) as (_ & _ & A & B). apply within_plus.
      + apply within_abs. auto.
      + apply within_summed, within_abs. auto.
    - intros i Hi. apply Hw. auto. }
  unfold within. rewrite plus_IZR.
  replace (value y - sum n (fun i => X i * value (w i)))
    with ((value y - sum n (fun i => value (x i) * value (w i)))
      + (sum n (fun i => value (x i) * value (w i)) - sum n (fun i => X i * value (w i)))) by ring.
  eapply Rle_trans; [apply Rabs_triang|].
  assert (T : Rabs (sum n (fun i => value (x i) * value (w i)) - sum n (fun i => X i * value (w i)))
    + gamma C n * sum n (fun i => Rabs (value (x i) * value (w i)))
    <= sum n (fun i => Rabs ((Rabs (value (x i) - X i) + gamma C n * Rabs (value (x i))) * value (w i)))).
  { rewrite sum_minus. eapply Rle_trans; [apply Rplus_le_compat_r, sum_abs|].
    rewrite <- sum_scale, <- sum_plus. apply sum_le. intros i Hi.
    assert (P := Rabs_pos (value (x i) - X i)). assert (Q := Rabs_pos (value (x i))).
    assert (R := Rabs_pos (value (w i))).
    rewrite <- Rmult_minus_distr_r, !Rabs_mult.
    rewrite (Rabs_pos_eq (Rabs (value (x i) - X i) + gamma C n * Rabs (value (x i)))) by nra. nra. }
  lra.
Qed.
End Class.

(* ---- tables ---- *)
Lemma at1_plus n a b i : (i < n)%nat -> at1 (plus_sizes n a b) i = (at1 a i + at1 b i)%Z.
Proof. intro H. unfold plus_sizes. apply at1_tab. auto. Qed.
Lemma dyadic_within e z : within (dyadic e z) (at_unit e (Z.abs z)).
Proof.
  unfold within, at_unit. rewrite dyadic_bpow, Rabs_mult, <- abs_IZR.
  rewrite (Rabs_pos_eq (bpow radix2 (- Z.of_nat e))) by apply bpow_ge_0.
  assert (S := above_unit (Z.abs z) (unit_bits - Z.of_nat e)).
  unfold Z.sub in S. rewrite bpow_plus in S. change (bpow radix2 unit_bits) with (bpow radix2 60) in S.
  assert (U : bpow radix2 60 * unit = 1) by (rewrite <- bpow_plus; reflexivity).
  apply Rle_trans with (IZR (Z.abs z) * (bpow radix2 60 * bpow radix2 (- Z.of_nat e)) * unit).
  - right. transitivity (IZR (Z.abs z) * bpow radix2 (- Z.of_nat e) * (bpow radix2 60 * unit)); [rewrite U; ring|ring].
  - apply Rmult_le_compat_r; [apply bpow_ge_0|exact S].
Qed.
Lemma at_unit_le e a b : (a <= b)%Z -> (at_unit e a <= at_unit e b)%Z.
Proof.
  intro H. unfold at_unit, above2. apply Z.opp_le_mono. rewrite !Z.opp_involutive.
  set (k := (unit_bits - Z.of_nat e)%Z). destruct (Z_le_gt_dec 0 k).
  - rewrite !Z.shiftl_mul_pow2 by auto. assert (P := Z.pow_nonneg 2 k ltac:(lia)). nia.
  - replace k with (- (- k))%Z by lia. rewrite <- !Z.shiftr_opp_r, !Z.opp_involutive.
    rewrite !Z.shiftr_div_pow2 by lia. apply Z.div_le_mono; [apply Z.pow_pos_nonneg; lia|lia].
Qed.
Lemma weight_within rows cols a i j : (i < rows)%nat -> (j < cols)%nat ->
  within (weight a i j) (at2 (sizes rows cols a) i j).
Proof.
  intros Hi Hj. unfold sizes.
  rewrite (at2_tab rows cols (fun i j => at_unit (exponent a) (Z.abs (integer a i j)))) by auto.
  rewrite weight_exact. apply dyadic_within.
Qed.
Lemma column_within rows cols e f i j : (i < rows)%nat -> (j < cols)%nat ->
  within (dyadic e (f i j)) (at1 (column_sizes rows cols e f) j).
Proof.
  intros Hi Hj. unfold column_sizes. rewrite at1_tab by auto.
  eapply within_le; [apply dyadic_within|]. apply at_unit_le.
  apply (largest_of_above (fun i => Z.abs (f i j))). apply in_seq. lia.
Qed.

(* 1 / sqrt dh *)
Lemma inverse_root_within dh : (0 < dh)%nat -> within (/ sqrt (INR dh)) (inverse_root dh).
Proof.
  intro H. unfold inverse_root. set (m := (Z.of_nat dh * 2 ^ 40)%Z).
  assert (P : (0 < Z.sqrt m)%Z) by (apply Z.sqrt_pos; unfold m; lia).
  assert (Q := Z.sqrt_spec m ltac:(unfold m; lia)). destruct Q as [Q _].
  assert (B := Z.mul_succ_div_gt (2 ^ 80) (Z.sqrt m) P).
  set (s := Z.sqrt m) in *. set (k := (2 ^ 80 / s)%Z) in *. unfold within.
  assert (S : 0 < sqrt (INR dh)) by (apply sqrt_lt_R0, lt_0_INR; auto).
  rewrite Rabs_pos_eq by (left; apply Rinv_0_lt_compat; auto).
  apply IZR_lt in P, B. apply IZR_le in Q. rewrite mult_IZR in Q, B. unfold m in Q. rewrite mult_IZR, <- INR_IZR_INZ in Q.
  assert (T : sqrt (INR dh) * sqrt (INR dh) = INR dh) by (apply sqrt_sqrt, pos_INR).
  assert (L : IZR s <= 2 ^ 20 * sqrt (INR dh)).
  { apply Rsqr_incr_0_var; [|nra]. unfold Rsqr.
    replace (2 ^ 20 * sqrt (INR dh) * (2 ^ 20 * sqrt (INR dh))) with (2 ^ 40 * (sqrt (INR dh) * sqrt (INR dh))) by ring.
    rewrite T. replace (IZR (2 ^ 40)) with (2 ^ 40) in Q by exact (pow_IZR 2 40). lra. }
  unfold Z.succ in B. replace (IZR (2 ^ 80)) with (2 ^ 20 * bpow radix2 60) in B
    by (change (bpow radix2 60) with (IZR (2 ^ 60)); change (2 ^ 80)%Z with (2 ^ 20 * 2 ^ 60)%Z;
        rewrite mult_IZR; f_equal; exact (pow_IZR 2 20)).
  apply Rmult_le_reg_r with (sqrt (INR dh)); auto. rewrite Rinv_l by lra.
  assert (U : bpow radix2 60 * unit = 1) by (rewrite <- bpow_plus; reflexivity).
  assert (K : 0 <= IZR (k + 1)).
  { apply (IZR_le 0). unfold k. assert (0 <= 2 ^ 80 / s)%Z by (apply Z.div_pos; [lia|]; apply lt_IZR; auto). lia. }
  assert (G : 2 ^ 20 * bpow radix2 60 <= 2 ^ 20 * sqrt (INR dh) * IZR (k + 1)).
  { left. eapply Rlt_le_trans; [exact B|]. apply Rmult_le_compat_r; auto. }
  assert (V := unit_pos). apply Rmult_le_reg_l with (2 ^ 20); [lra|].
  replace (2 ^ 20 * 1) with (2 ^ 20 * bpow radix2 60 * unit) by (rewrite Rmult_assoc, U; ring).
  replace (2 ^ 20 * (IZR (k + 1) * unit * sqrt (INR dh))) with (2 ^ 20 * sqrt (INR dh) * IZR (k + 1) * unit) by ring.
  apply Rmult_le_compat_r; lra.
Qed.

(* weights are float32 numbers *)
Lemma storable_integer a i j : storable a = true ->
  storable_entry (integer a i j) = true /\ (exponent a <= 149)%nat.
Proof.
  unfold storable. intro S. apply andb_prop in S. destruct S as [E S]. apply Nat.leb_le in E. split; auto.
  rewrite forallb_forall in S. unfold integer.
  destruct (Nat.lt_ge_cases i (length (entries a))) as [Hi|Hi].
  - assert (R := S _ (nth_In _ [] Hi)). rewrite forallb_forall in R.
    destruct (Nat.lt_ge_cases j (length (nth i (entries a) []))) as [Hj|Hj].
    + apply R, nth_In. auto.
    + rewrite nth_overflow by auto. reflexivity.
  - rewrite (nth_overflow _ _ Hi). destruct j; reflexivity.
Qed.

Lemma storable_load a i j : storable a = true -> Rabs (weight a i j) <= bpow radix2 12 ->
  number (load a i j) /\ value (load a i j) = weight a i j.
Proof.
  intros S B. destruct (storable_integer a i j S) as [E L].
  set (z := integer a i j) in *. set (e := exponent a) in *.
  assert (X : F2R (Float radix2 z (- Z.of_nat e)) = weight a i j).
  { rewrite weight_exact, dyadic_bpow. reflexivity. }
  assert (G : generic_format radix2 exponents (F2R (Float radix2 z (- Z.of_nat e)))).
  { unfold storable_entry in E. set (k := Z.max 0 (Z.log2 (Z.abs z) - 23)) in *. apply Z.eqb_eq in E.
    apply generic_format_FLT. exists (Float radix2 (Z.shiftr z k) (k - Z.of_nat e)); cbn [Fnum Fexp].
    - unfold F2R. cbn [Fnum Fexp]. rewrite <- E at 1. rewrite Z.shiftl_mul_pow2 by lia.
      rewrite mult_IZR. rewrite (IZR_Zpower radix2) by lia. unfold Z.sub. rewrite bpow_plus. ring.
    - change (Zpower radix2 24) with (2 ^ 24)%Z. rewrite Z.shiftl_mul_pow2 in E by lia.
      assert (P : (0 < 2 ^ k)%Z) by (apply Z.pow_pos_nonneg; lia).
      assert (Q : (Z.abs z < 2 ^ (24 + k))%Z).
      { destruct (Z.eq_dec z 0) as [->|N]; [apply Z.pow_pos_nonneg; lia|].
        eapply Z.lt_le_trans; [apply (Z.log2_spec (Z.abs z)); lia|]. apply Z.pow_le_mono_r; lia. }
      rewrite Z.pow_add_r in Q by lia. rewrite <- E, Z.abs_mul, (Z.abs_eq (2 ^ k)) in Q by lia. nia.
    - lia. }
  assert (N := binary_normalize_correct 24 128 precision_positive precision_below mode_NE z (- Z.of_nat e) false).
  cbv zeta in N. change (SpecFloat.fexp 24 128) with exponents in N.
  rewrite round_generic in N by (auto with typeclass_instances). rewrite X in N.
  rewrite Rlt_bool_true in N.
  - destruct N as (V & F & _). split; [exact F|exact V].
  - eapply Rle_lt_trans; [exact B|]. apply bpow_lt. lia.
Qed.
