(* The network equals its folded tables: for any weights, the forward pass of Network.v gives the
   answers that Bound.v speaks of. *)
From Coq Require Import Reals List Lra Arith Lia Bool.
Import ListNotations.
From MaxOfK Require Import Network Counting Bound.
Local Open Scope R_scope.

Lemma sum_ext n f g : (forall i, f i = g i) -> sum n f = sum n g.
Proof. intro H; induction n; simpl; rewrite ?H, ?IHn; auto. Qed.
Lemma sum_plus n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n; simpl; lra. Qed.
Lemma sum_scale n a f : sum n (fun i => a * f i) = a * sum n f.
Proof. induction n; simpl; lra. Qed.
Lemma sum_scale_r n a f : sum n (fun i => f i * a) = sum n f * a.
Proof. induction n; simpl; lra. Qed.
Lemma sum_zero n : sum n (fun _ => 0) = 0.
Proof. induction n; simpl; lra. Qed.
Lemma sum_swap n m f : sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
  induction n as [|n IH]; simpl.
  - symmetry. apply sum_zero.
  - rewrite IH, sum_plus. reflexivity.
Qed.
Lemma sum_over_sum {A} n (a : A -> R) f (l : list A) :
  sum_over (fun p => a p * sum n (f p)) l = sum n (fun j => sum_over (fun p => a p * f p j) l).
Proof.
  induction l as [|p l IH]; simpl.
  - symmetry. apply sum_zero.
  - rewrite IH, sum_plus, sum_scale. reflexivity.
Qed.
Lemma sum_over_scale_r {A} a (f : A -> R) l : sum_over f l * a = sum_over (fun p => f p * a) l.
Proof. induction l; simpl; lra. Qed.

Section Fold.
Variable M : model.
Let d := d_model M.
Let dh := d_head M.
Let n := pred (n_ctx M).

Definition EU t x := sum d (fun c => residual_in M (n, t) c * weight (W_U M) c x).
Definition VOU c x := sum dh (fun j =>
  weight (W_V M) c j * sum d (fun i => weight (W_O M) j i * weight (W_U M) i x)).
Definition EVOU t x := sum d (fun c => weight (W_E M) t c * VOU c x).
Definition PVOU i x := sum d (fun c => weight (W_pos M) i c * VOU c x).
Definition QK t c := sum dh (fun j => q M (n, t) j * weight (W_K M) c j).
Definition EQK t t' := sum d (fun c => weight (W_E M) t' c * QK t c).
Definition EQP t i := sum d (fun c => weight (W_pos M) i c * QK t c).

(* e^score of the query t at the place p, and what p adds to the logit of x *)
Definition folded_weight t (p : nat * nat) := exp ((EQK t (snd p) + EQP t (fst p)) / sqrt (INR dh)).
Definition folded_value (p : nat * nat) x := EVOU (snd p) x + PVOU (fst p) x.

Lemma fold_score t p : attn_score M (n, t) p = (EQK t (snd p) + EQP t (fst p)) / sqrt (INR dh).
Proof.
  unfold attn_score. fold dh. f_equal. unfold EQK, EQP, QK, k, residual_in. fold d.
  rewrite <- sum_plus.
  rewrite (sum_ext dh _ (fun j => sum d (fun c => q M (n, t) j *
    ((weight (W_E M) (snd p) c + weight (W_pos M) (fst p) c) * weight (W_K M) c j))))
    by (intro; rewrite sum_scale; auto).
  rewrite sum_swap. apply sum_ext. intro c.
  rewrite <- Rmult_plus_distr_r, <- sum_scale. apply sum_ext. intro j. ring.
Qed.

Lemma fold_value p x :
  sum d (fun c => sum dh (fun j => v M p j * weight (W_O M) j c) * weight (W_U M) c x)
  = folded_value p x.
Proof.
  unfold folded_value, EVOU, PVOU, VOU. rewrite <- sum_plus.
  rewrite (sum_ext d _ (fun c => sum dh (fun j => v M p j * (weight (W_O M) j c * weight (W_U M) c x)))).
  2:{ intro c. rewrite <- sum_scale_r. apply sum_ext. intro. ring. }
  rewrite sum_swap.
  rewrite (sum_ext dh _ (fun j => sum d (fun c => residual_in M p c *
    (weight (W_V M) c j * sum d (fun i => weight (W_O M) j i * weight (W_U M) i x))))).
  2:{ intro j. rewrite sum_scale. unfold v. fold d. rewrite <- sum_scale_r. apply sum_ext.
      intro. ring. }
  rewrite sum_swap. apply sum_ext. intro c. rewrite sum_scale. unfold residual_in. ring.
Qed.

Theorem fold_logit t s x :
  logit M (all n t s) (n, t) x = answer n folded_weight folded_value EU t s x.
Proof.
  unfold logit, residual_out, answer, EU. fold d dh. set (l := all n t s).
  rewrite (sum_ext d _ (fun c => residual_in M (n, t) c * weight (W_U M) c x +
    sum dh (fun j => z M l (n, t) j * weight (W_O M) j c) * weight (W_U M) c x)) by (intro; ring).
  rewrite sum_plus. f_equal.
  transitivity (sum_over (fun p => pattern M l (n, t) p *
    sum d (fun c => sum dh (fun j => v M p j * weight (W_O M) j c) * weight (W_U M) c x)) l).
  - rewrite sum_over_sum. apply sum_ext. intro c.
    rewrite (sum_ext dh _ (fun j =>
      sum_over (fun p => pattern M l (n, t) p * (v M p j * weight (W_O M) j c)) l)).
    2:{ intro j. unfold z. rewrite sum_over_scale_r. apply sum_over_ext. intro. ring. }
    rewrite <- sum_over_sum, sum_over_scale_r. apply sum_over_ext. intro. ring.
  - assert (W : forall p, exp (attn_score M (n, t) p) = folded_weight t p)
      by (intro; unfold folded_weight; rewrite fold_score; auto).
    apply sum_over_ext. intro p. rewrite fold_value. unfold pattern. rewrite W. unfold Rdiv.
    do 3 f_equal. apply sum_over_ext. auto.
Qed.

Definition folded_term : nat -> nat -> nat -> nat * nat -> R := term folded_weight folded_value EU.

(* the largest that a term can be where its weight is off by a factor from 1 - y to 1 + y, the
   difference of logits by D *)
Definition wide_term (y D : R) q m x (p : nat * nat) :=
  let g := folded_value p x - folded_value p m + (EU q x - EU q m) + D in
  Rmax ((1 - y) * folded_weight q p * g) ((1 + y) * folded_weight q p * g).

Lemma wide_term_exact q m x p : wide_term 0 0 q m x p = folded_term q m x p.
Proof.
  unfold wide_term, folded_term, term. rewrite Rminus_0_r, !Rplus_0_r, Rmult_1_l. apply Rmax_left. lra.
Qed.

Lemma fold_right_answer t s : length s = n ->
  right M (t :: s) = right_answer (d_vocab M) n folded_term t s.
Proof.
  intro H. unfold right, right_answer. cbn [places]. rewrite H.
  change ((n, t) :: places s) with (all n t s).
  induction (seq 0 (d_vocab M)) as [|x l IH]; [reflexivity|].
  cbn [forallb]. rewrite IH, !fold_logit. unfold folded_term.
  rewrite <- answer_less_bool by (intros; apply exp_pos). reflexivity.
Qed.

(* the right sequences of the network itself are those whose terms add up to less than 0 *)
Definition right_by (h : nat -> nat -> nat -> nat * nat -> R) (s : list nat) : bool :=
  match s with [] => false | t :: r => right_answer (d_vocab M) n h t r end.

Lemma right_by_terms : (0 < n_ctx M)%nat ->
  right_sequences M = count (right_by folded_term) (seqs (d_vocab M) (n_ctx M)).
Proof.
  intro K. apply count_ext_in. intros s Hs. apply in_seqs in Hs. destruct Hs as [L _].
  destruct s as [|t r]; [simpl in L; lia|]. apply fold_right_answer. simpl in L. unfold n. lia.
Qed.

Lemma right_by_ext h h' s : (forall q m x p, h q m x p = h' q m x p) -> right_by h s = right_by h' s.
Proof.
  intro E. destruct s as [|t r]; [reflexivity|]. unfold right_by, right_answer.
  induction (seq 0 (d_vocab M)) as [|x l IH]; [reflexivity|]. cbn [forallb]. rewrite IH.
  rewrite (sum_over_ext (h t (largest (t :: r)) x) (h' t (largest (t :: r)) x)) by auto. reflexivity.
Qed.

(* the bound for any terms *)
Theorem terms_bound h (sets : nat -> nat -> list (list nat * nat)) : (0 < n_ctx M)%nat ->
  let v := d_vocab M in
  (forall t m, (t <= m < v)%nat -> covered v n h t m (sets t m)) ->
  (list_sum (map (fun t => list_sum (map (fun m =>
     if (t <=? m)%nat then pair_size n t m - list_sum (map snd (sets t m)) else 0) (seq 0 v)))
     (seq 0 v)) <= count (right_by h) (seqs v (n_ctx M)))%nat.
Proof.
  intros K v0 H. replace (n_ctx M) with (S n) by (unfold n; lia).
  rewrite by_query. apply list_sum_le. intros t Ht. apply in_seq in Ht.
  apply (query_bound v0 n h t); [lia|]. intros m Hm. apply H. auto.
Qed.
End Fold.
