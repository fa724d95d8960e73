(* Counting sequences: those that fit a budget of deficits, those that contain a token, and the
   split of all by their largest token. *)
From Coq Require Import List Arith Lia Bool.
Import ListNotations.
From MaxOfK Require Import Network.

Lemma seqs_length v n : length (seqs v n) = v ^ n.
Proof.
  induction n as [|n IH]; simpl; auto.
  rewrite <- IH. generalize (seqs v n). clear IH.
  intro l. induction l as [|s l IH]; simpl; try lia.
  rewrite app_length, map_length, seq_length, IH. lia.
Qed.

Lemma in_seqs v n s : In s (seqs v n) <-> length s = n /\ Forall (fun t => t < v) s.
Proof.
  revert s. induction n as [|n IH]; intro s; simpl.
  - split.
    + intros [<-|[]]. auto.
    + intros [H _]. destruct s; simpl in H; auto; lia.
  - rewrite in_flat_map. split.
    + intros (r & Hr & Hs). apply in_map_iff in Hs. destruct Hs as (t & <- & Ht).
      apply in_seq in Ht. apply IH in Hr. destruct Hr as [Hl Hf]. simpl. split; try lia.
      constructor; auto; lia.
    + intros [Hl Hf]. destruct s as [|t r]; simpl in Hl; try lia.
      inversion Hf; subst. exists r. split.
      * apply IH. split; auto.
      * apply in_map_iff. exists t. split; auto. apply in_seq. lia.
Qed.

(* ---- counts ---- *)
Lemma count_le {A} (p q : A -> bool) l :
  (forall a, In a l -> p a = true -> q a = true) -> count p l <= count q l.
Proof.
  unfold count. induction l as [|a l IH]; simpl; intro H; auto.
  assert (IH' : length (filter p l) <= length (filter q l)) by (apply IH; auto).
  destruct (p a) eqn:E.
  - rewrite (H a (or_introl eq_refl) E). simpl. lia.
  - destruct (q a); simpl; lia.
Qed.

Lemma count_union {A X} (p : X -> A -> bool) (xs : list X) l :
  count (fun a => existsb (fun x => p x a) xs) l <= list_sum (map (fun x => count (p x) l) xs).
Proof.
  unfold count. induction l as [|a l IH]; simpl.
  - induction xs; simpl; auto.
  - assert (H : (if existsb (fun x => p x a) xs then 1 else 0)
                + list_sum (map (fun x => length (filter (p x) l)) xs)
                <= list_sum (map (fun x =>
                     length (if p x a then a :: filter (p x) l else filter (p x) l)) xs)).
    { clear IH. induction xs as [|x xs IHx]; simpl; auto.
      destruct (p x a); simpl; destruct (existsb (fun x0 => p x0 a) xs); simpl in *; lia. }
    destruct (existsb (fun x => p x a) xs); simpl; lia.
Qed.

Lemma list_sum_app l l' : list_sum (l ++ l') = list_sum l + list_sum l'.
Proof. induction l; simpl; lia. Qed.

Lemma list_sum_plus {A} (f g : A -> nat) l :
  list_sum (map (fun x => f x + g x) l) = list_sum (map f l) + list_sum (map g l).
Proof. unfold list_sum. induction l; simpl; lia. Qed.

Lemma list_sum_le {A} (f g : A -> nat) l :
  (forall a, In a l -> f a <= g a) -> list_sum (map f l) <= list_sum (map g l).
Proof.
  unfold list_sum. induction l as [|a l IH]; simpl; intro H; auto.
  assert (Ha := H a (or_introl eq_refl)). assert (IH' := IH (fun b Hb => H b (or_intror Hb))). lia.
Qed.

Lemma count_app {A} (p : A -> bool) l l' : count p (l ++ l') = count p l + count p l'.
Proof. unfold count. rewrite filter_app, app_length. auto. Qed.

Lemma count_ext_in {A} (p q : A -> bool) l :
  (forall a, In a l -> p a = q a) -> count p l = count q l.
Proof.
  unfold count. induction l as [|a l IH]; simpl; intro H; auto.
  rewrite (H a (or_introl eq_refl)).
  assert (IH' := IH (fun b Hb => H b (or_intror Hb))).
  destruct (q a); simpl; lia.
Qed.

Lemma count_cons {A} (p : A -> bool) a l : count p (a :: l) = (if p a then 1 else 0) + count p l.
Proof. unfold count. simpl. destruct (p a); auto. Qed.

Lemma count_false {A} (p : A -> bool) l : (forall a, In a l -> p a = false) -> count p l = 0.
Proof.
  induction l as [|a l IH]; intro H; auto. rewrite count_cons, (H a (or_introl eq_refl)). simpl.
  apply IH. intros; apply H; right; auto.
Qed.

Lemma count_all {A} (l : list A) : count (fun _ => true) l = length l.
Proof. unfold count. induction l; simpl; auto. Qed.

Lemma count_split {A} (p q : A -> bool) l :
  count p l = count (fun a => p a && q a) l + count (fun a => p a && negb (q a)) l.
Proof. induction l as [|a l IH]; auto. rewrite !count_cons, IH. destruct (p a), (q a); cbn; lia. Qed.

(* by the first token *)
Lemma count_flat v (l : list (list nat)) (p : list nat -> bool) :
  count p (flat_map (fun s => map (fun t => t :: s) (seq 0 v)) l)
  = list_sum (map (fun t => count (fun s => p (t :: s)) l) (seq 0 v)).
Proof.
  induction l as [|s l IH]; simpl.
  - unfold count. simpl. induction (seq 0 v); simpl; auto.
  - rewrite count_app, IH. clear IH.
    induction (seq 0 v) as [|t ts IHt]; simpl; auto.
    rewrite count_cons, (count_cons (fun s0 => p (t :: s0))).
    destruct (p (t :: s)); lia.
Qed.

(* ---- sequences whose deficits d(position, token) add up to less than b ---- *)
Fixpoint deficits (d : nat -> nat -> nat) (s : list nat) : nat :=
  match s with [] => 0 | t :: r => d (length r) t + deficits d r end.

Fixpoint fill (v : nat) (d : nat -> nat -> nat) (n b : nat) : nat :=
  match n with
  | O => if 0 <? b then 1 else 0
  | S n' =>
      list_sum (map (fun t => if d n' t <? b then fill v d n' (b - d n' t) else 0) (seq 0 v))
  end.

Lemma fill_correct v d n b : fill v d n b = count (fun s => deficits d s <? b) (seqs v n).
Proof.
  revert b. induction n as [|n IH]; intro b.
  { cbn [fill seqs]. rewrite count_cons. cbn [deficits]. unfold count. cbn.
    rewrite Nat.add_0_r. reflexivity. }
  cbn [fill seqs]. rewrite count_flat. f_equal. apply map_ext. intro t.
  destruct (d n t <? b) eqn:E.
  - rewrite IH. apply count_ext_in. intros s Hs. apply in_seqs in Hs. destruct Hs as [Hl _].
    cbn [deficits]. rewrite Hl. apply Nat.ltb_lt in E.
    destruct (deficits d s <? b - d n t) eqn:E1; symmetry.
    + apply Nat.ltb_lt in E1. apply Nat.ltb_lt. lia.
    + apply Nat.ltb_ge in E1. apply Nat.ltb_ge. lia.
  - apply Nat.ltb_ge in E. symmetry. apply count_false. intros s Hs. apply in_seqs in Hs.
    destruct Hs as [Hl _]. cbn [deficits]. rewrite Hl. apply Nat.ltb_ge. lia.
Qed.

(* ---- sequences without a token m, or below it ---- *)
Definition below m (s : list nat) := forallb (fun t => t <? m) s.
Definition holds m (s : list nat) := existsb (Nat.eqb m) s.

Lemma count_below m n P : count (fun s => P s && below m s) (seqs (S m) n) = count P (seqs m n).
Proof.
  revert P. induction n as [|n IH]; intro P.
  - cbn [seqs]. rewrite !count_cons. cbn. rewrite andb_true_r. reflexivity.
  - cbn [seqs]. rewrite !count_flat, seq_S, map_app, list_sum_app. cbn [map list_sum fold_right plus].
    rewrite (count_false _ (seqs (S m) n)).
    + rewrite !Nat.add_0_r. f_equal. apply map_ext_in. intros t Ht. apply in_seq in Ht.
      rewrite <- (IH (fun s => P (t :: s))). apply count_ext_in. intros s _.
      change (below m (t :: s)) with ((t <? m) && below m s).
      replace (t <? m) with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity.
    + intros s _. change (below m (m :: s)) with ((m <? m) && below m s).
      rewrite Nat.ltb_irrefl. apply andb_false_r.
Qed.

Lemma holds_or_below m n s : In s (seqs (S m) n) -> below m s = negb (holds m s).
Proof.
  intro H. apply in_seqs in H. destruct H as [_ H]. induction s as [|t s IH]; auto.
  inversion H; subst. change (below m (t :: s)) with ((t <? m) && below m s).
  change (holds m (t :: s)) with (Nat.eqb m t || holds m s).
  rewrite IH by auto. rewrite negb_orb. f_equal.
  destruct (Nat.eqb_spec m t); destruct (Nat.ltb_spec t m); simpl; auto; lia.
Qed.

Lemma count_holds m n P :
  count (fun s => P s && holds m s) (seqs (S m) n) = count P (seqs (S m) n) - count P (seqs m n).
Proof.
  rewrite (count_split P (holds m) (seqs (S m) n)), <- (count_below m n P).
  rewrite (count_ext_in (fun a => P a && negb (holds m a)) (fun s => P s && below m s)).
  - lia.
  - intros s Hs. rewrite (holds_or_below m n s Hs). reflexivity.
Qed.

Lemma count_below' v m n P :
  m <= v -> count (fun s => P s && below m s) (seqs v n) = count P (seqs m n).
Proof.
  intro Hm. replace v with ((v - m) + m) by lia. generalize (v - m). clear Hm v.
  intro k. revert P. induction k as [|k IH]; intro P.
  - simpl plus. apply count_ext_in. intros s Hs. apply in_seqs in Hs. destruct Hs as [_ Hs].
    replace (below m s) with true. { apply andb_true_r. }
    symmetry. unfold below. apply forallb_forall. intros t Ht. rewrite Forall_forall in Hs.
    apply Nat.ltb_lt. auto.
  - simpl plus. rewrite <- (IH P). rewrite <- (count_below (k + m) n (fun s => P s && below m s)).
    apply count_ext_in. intros s _. destruct (below m s) eqn:E.
    + replace (below (k + m) s) with true. { rewrite !andb_true_r; auto. }
      symmetry. unfold below in *. rewrite forallb_forall in *. intros t Ht.
      apply Nat.ltb_lt. specialize (E t Ht). apply Nat.ltb_lt in E. lia.
    + rewrite !andb_false_r. reflexivity.
Qed.

(* ---- every sequence has one largest token ---- *)
Lemma list_sum_one k v : k < v -> list_sum (map (fun m => if k =? m then 1 else 0) (seq 0 v)) = 1.
Proof.
  assert (Z : forall s n, (forall m, In m (seq s n) -> m <> k) ->
              list_sum (map (fun m => if k =? m then 1 else 0) (seq s n)) = 0).
  { intros s n; revert s; induction n as [|n IH]; intros s H; cbn; auto.
    destruct (Nat.eqb_spec k s). { exfalso. apply (H s); auto. left; auto. }
    cbn. apply IH. intros. apply H. right; auto. }
  intro H. replace v with (k + S (v - S k)) by lia.
  rewrite seq_app, map_app, list_sum_app. cbn [seq map plus].
  rewrite Z by (intros m Hm; apply in_seq in Hm; lia). cbn. rewrite Nat.eqb_refl.
  rewrite Z by (intros m Hm; apply in_seq in Hm; lia). reflexivity.
Qed.

Lemma partition {A} (P : A -> bool) (f : A -> nat) v l : (forall a, In a l -> f a < v) ->
  count P l = list_sum (map (fun m => count (fun a => P a && (f a =? m)) l) (seq 0 v)).
Proof.
  induction l as [|a l IH]; intro H.
  - unfold count. cbn. induction (seq 0 v); auto.
  - rewrite count_cons, IH by (intros; apply H; right; auto).
    rewrite (map_ext (fun m => count (fun x => P x && (f x =? m)) (a :: l))
               (fun m => (if P a && (f a =? m) then 1 else 0) + count (fun x => P x && (f x =? m)) l))
      by (intro m0; exact (count_cons (fun x => P x && (f x =? m0)) a l)).
    rewrite list_sum_plus. f_equal. destruct (P a); cbn [andb].
    + symmetry. apply list_sum_one. apply H. left; auto.
    + clear. induction (seq 0 v); auto.
Qed.

(* the sequences q :: s whose largest token is m *)
Lemma largest_spec q s m :
  (largest (q :: s) =? m) = (q <=? m) && below (S m) s && ((q =? m) || holds m s).
Proof.
  assert (A : (largest (q :: s) <=? m) = (q <=? m) && below (S m) s).
  { change (largest (q :: s)) with (Nat.max q (largest s)).
    induction s as [|t s IH].
    { simpl. rewrite andb_true_r, Nat.max_0_r. reflexivity. }
    change (below (S m) (t :: s)) with ((t <? S m) && below (S m) s).
    change (largest (t :: s)) with (Nat.max t (largest s)).
    destruct (Nat.leb_spec (Nat.max q (Nat.max t (largest s))) m);
      destruct (Nat.leb_spec (Nat.max q (largest s)) m);
      destruct (Nat.ltb_spec t (S m)); destruct (q <=? m), (below (S m) s);
      simpl in *; auto; try lia; discriminate. }
  assert (B : (q =? m) || holds m s = true -> m <= largest (q :: s)).
  { clear A. change (largest (q :: s)) with (Nat.max q (largest s)). intro H.
    destruct (Nat.eqb_spec q m); [lia|]. simpl in H. induction s as [|t s IH]; [discriminate|].
    change (holds m (t :: s)) with (Nat.eqb m t || holds m s) in H.
    change (largest (t :: s)) with (Nat.max t (largest s)).
    destruct (Nat.eqb_spec m t); [lia|]. simpl in H. specialize (IH H). lia. }
  assert (C : largest (q :: s) = m -> (q =? m) || holds m s = true).
  { clear A B. change (largest (q :: s)) with (Nat.max q (largest s)). intro H.
    destruct (Nat.eqb_spec q m); [auto|]. simpl.
    assert (L : largest s = m) by lia. assert (P : 0 < m) by lia. clear H n.
    induction s as [|t s IH]; [simpl in L; lia|].
    change (largest (t :: s)) with (Nat.max t (largest s)) in L.
    change (holds m (t :: s)) with (Nat.eqb m t || holds m s).
    destruct (Nat.eqb_spec m t); auto. apply IH. lia. }
  rewrite <- A. destruct (Nat.eqb_spec (largest (q :: s)) m) as [E|E].
  - rewrite (C E). rewrite andb_true_r. symmetry. apply Nat.leb_le. lia.
  - destruct ((q =? m) || holds m s) eqn:F; [|rewrite andb_false_r; auto].
    specialize (B eq_refl). symmetry. rewrite andb_true_r. apply Nat.leb_gt. lia.
Qed.

Theorem by_pairs v n q P : q < v ->
  count P (seqs v n) = list_sum (map (fun m =>
    if q <=? m then count (fun s => P s && ((q =? m) || holds m s)) (seqs (S m) n) else 0) (seq 0 v)).
Proof.
  intro Hq. rewrite (partition P (fun s => largest (q :: s)) v).
  2:{ intros s Hs. apply in_seqs in Hs. destruct Hs as [_ Hs]. induction Hs; simpl in *; lia. }
  f_equal. apply map_ext_in. intros m Hm. apply in_seq in Hm.
  rewrite (count_ext_in _ (fun s =>
    ((q <=? m) && (P s && ((q =? m) || holds m s))) && below (S m) s)).
  2:{ intros s _. rewrite largest_spec.
      destruct (P s), (q <=? m), (below (S m) s), (q =? m), (holds m s); auto. }
  rewrite count_below' by lia. destruct (q <=? m); cbn [andb]; auto. apply count_false. auto.
Qed.

(* all sequences of n + 1 tokens, by the last one *)
Lemma by_query v n P :
  count P (seqs v (S n)) = list_sum (map (fun q => count (fun s => P (q :: s)) (seqs v n)) (seq 0 v)).
Proof. apply count_flat. Qed.
