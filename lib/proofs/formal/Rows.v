(* The same count as [fill], row by row in binary numbers: fast enough for the certificate. *)
From Coq Require Import List Arith Lia NArith.
Import ListNotations.
From MaxOfK Require Import Network Counting.
Local Open Scope N_scope.

(* row[j] = number of fillings whose deficits are at most j *)
Fixpoint add_rows (a b : list N) : list N :=
  match a, b with x :: a', y :: b' => (x + y) :: add_rows a' b' | _, _ => [] end.
(* k zeros in front, cut to the old length *)
Definition shifted (k : nat) (row : list N) := firstn (length row) (repeat 0 k ++ row).
Definition step (ds : list nat) (row : list N) : list N :=
  fold_right (fun k acc => add_rows (shifted k row) acc) (repeat 0 (length row)) ds.
Fixpoint rows (dss : list (list nat)) (b : nat) : list N :=
  match dss with [] => repeat 1 b | ds :: rest => step ds (rows rest b) end.
(* the last of b numbers, 0 of none *)
Definition fill_fast (dss : list (list nat)) (b : nat) : N := nth (pred b) (rows dss b) 0.

Lemma add_rows_length a b : length a = length b -> length (add_rows a b) = length a.
Proof.
  revert b; induction a as [|x a IH]; destruct b; simpl; intro H; try discriminate; auto;
    try (f_equal; apply IH; lia).
Qed.

Lemma add_rows_nth a b i : length a = length b -> nth i (add_rows a b) 0 = nth i a 0 + nth i b 0.
Proof.
  revert b i; induction a as [|x a IH]; destruct b as [|y b]; simpl; intros i H; try discriminate.
  - destruct i; auto.
  - destruct i; auto. all: apply IH; lia.
Qed.

Lemma shifted_length k row : length (shifted k row) = length row.
Proof. unfold shifted. rewrite firstn_length, app_length, repeat_length. lia. Qed.

Lemma nth_firstn_lt {A} (l : list A) n i d : (i < n)%nat -> nth i (firstn n l) d = nth i l d.
Proof.
  revert l i; induction n as [|n IH]; intros l i H; [lia|].
  destruct l; simpl; auto. destruct i; auto. apply IH. lia.
Qed.

Lemma nth_repeat_lt {A} (x d : A) k i : (i < k)%nat -> nth i (repeat x k) d = x.
Proof. revert i; induction k as [|k IH]; intros i H; [lia|]. destruct i; simpl; auto. apply IH. lia. Qed.

Lemma nth_repeat0 k i : nth i (repeat 0 k) 0 = 0.
Proof. revert i; induction k as [|k IH]; destruct i; simpl; auto. Qed.

Lemma shifted_nth k row i : (i < length row)%nat ->
  nth i (shifted k row) 0 = if (k <=? i)%nat then nth (i - k) row 0 else 0.
Proof.
  intro H. unfold shifted. rewrite nth_firstn_lt by auto.
  destruct (k <=? i)%nat eqn:E.
  - apply Nat.leb_le in E. rewrite app_nth2; rewrite repeat_length; auto.
  - apply Nat.leb_gt in E. rewrite app_nth1 by (rewrite repeat_length; auto). apply nth_repeat0.
Qed.

Lemma step_length ds row : length (step ds row) = length row.
Proof.
  unfold step. induction ds as [|k ds IH]; simpl; [apply repeat_length|].
  rewrite add_rows_length; rewrite shifted_length; auto.
Qed.

Lemma step_nth ds row i : (i < length row)%nat ->
  nth i (step ds row) 0 =
  fold_right (fun k acc => (if (k <=? i)%nat then nth (i - k) row 0 else 0) + acc) 0 ds.
Proof.
  intro H. unfold step. induction ds as [|k ds IH]; simpl; [apply nth_repeat0|].
  rewrite add_rows_nth by (rewrite shifted_length; symmetry; apply (step_length ds row)).
  rewrite shifted_nth by auto. fold (step ds row) in *. rewrite IH. reflexivity.
Qed.

Lemma rows_length dss b : length (rows dss b) = b.
Proof. induction dss; simpl; [apply repeat_length|]. rewrite step_length; auto. Qed.

Lemma fold_N (v : nat) (f : nat -> nat) (g : nat -> N) s :
  (forall t, In t (seq s v) -> N.of_nat (f t) = g t) ->
  N.of_nat (list_sum (map f (seq s v))) = fold_right (fun t acc => g t + acc) 0 (seq s v).
Proof.
  revert s; induction v as [|v IH]; intros s H; simpl; auto.
  rewrite Nat2N.inj_add, (H s) by (simpl; auto). f_equal. apply IH. intros. apply H. simpl; auto.
Qed.

Lemma fold_right_map {A} (f : A -> nat) (g : nat -> N -> N) z l :
  fold_right g z (map f l) = fold_right (fun t acc => g (f t) acc) z l.
Proof. induction l; simpl; auto. rewrite IHl; auto. Qed.

(* the last position's deficits first *)
Definition deficit_lists (v n : nat) (d : nat -> nat -> nat) : list (list nat) :=
  rev (map (fun i => map (d i) (seq 0 v)) (seq 0 n)).

Lemma rows_correct v d n b j : (j < b)%nat ->
  nth j (rows (deficit_lists v n d) b) 0 = N.of_nat (fill v d n (S j)).
Proof.
  revert j. induction n as [|n IH]; intros j H.
  - cbn [deficit_lists seq map rev app rows fill]. apply nth_repeat_lt. auto.
  - unfold deficit_lists. rewrite seq_S, map_app, rev_app_distr. cbn [map rev app rows plus fill].
    simpl (0 + n)%nat. fold (deficit_lists v n d).
    rewrite step_nth by (rewrite rows_length; lia).
    rewrite fold_right_map. symmetry. apply fold_N. intros t _.
    destruct (Nat.leb_spec (d n t) j).
    + replace (d n t <? S j)%nat with true by (symmetry; apply Nat.ltb_lt; lia).
      rewrite IH by lia. replace (S (j - d n t)) with (S j - d n t)%nat by lia. reflexivity.
    + replace (d n t <? S j)%nat with false by (symmetry; apply Nat.ltb_ge; lia). reflexivity.
Qed.

Lemma fill_0 v d n : fill v d n 0 = 0%nat.
Proof.
  destruct n; [reflexivity|]. cbn [fill]. induction (seq 0 v); auto.
Qed.

Theorem fill_fast_correct v d n b : fill_fast (deficit_lists v n d) b = N.of_nat (fill v d n b).
Proof.
  unfold fill_fast. destruct b as [|b].
  - rewrite fill_0. apply nth_overflow. rewrite rows_length. auto.
  - simpl pred. apply rows_correct. lia.
Qed.
