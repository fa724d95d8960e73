(* From terms to counts: a lower bound on the right sequences of one query, from sets of wrong tokens
   and integer upper bounds of their terms. Tables and terms are any real numbers here. *)
From Coq Require Import Reals List Arith ZArith Lia Lra Psatz Bool.
Import ListNotations.
From MaxOfK Require Import Network Counting.
Local Open Scope R_scope.

Lemma sum_over_scale {A} a (f : A -> R) l : sum_over (fun p => a * f p) l = a * sum_over f l.
Proof. induction l; simpl; lra. Qed.
Lemma sum_over_ext {A} (f g : A -> R) l : (forall p, f p = g p) -> sum_over f l = sum_over g l.
Proof. intro H; induction l; simpl; rewrite ?H, ?IHl; auto. Qed.
Lemma sum_over_plus {A} (f g : A -> R) l :
  sum_over (fun p => f p + g p) l = sum_over f l + sum_over g l.
Proof. induction l; simpl; lra. Qed.
Lemma sum_over_pos {A} (f : A -> R) l : (forall p, 0 < f p) -> l <> [] -> 0 < sum_over f l.
Proof.
  intros P H. destruct l as [|p r]; [congruence|]. simpl.
  assert (0 <= sum_over f r) by (clear H; induction r; simpl; [lra|generalize (P a); lra]).
  generalize (P p); lra.
Qed.

Definition all (n q : nat) s := (n, q) :: places s.

(* ---- Lemma 0: which logit is larger shows in a sum without the softmax' denominator ---- *)
Section Answer.
Variable n : nat. (* positions before the query *)
Variable w : nat -> nat * nat -> R. (* e^score: query, (position, token) *)
Variable c : nat * nat -> nat -> R. (* what a place adds to the logit of x *)
Variable eu : nat -> nat -> R. (* direct path: query, x *)
Hypothesis w_pos : forall q p, 0 < w q p.

Definition answer q s x :=
  eu q x + sum_over (fun p => w q p / sum_over (w q) (all n q s) * c p x) (all n q s).
Definition term q m x p := w q p * (c p x - c p m + (eu q x - eu q m)).

Lemma answer_less q s x m :
  answer q s x < answer q s m <-> sum_over (term q m x) (all n q s) < 0.
Proof.
  assert (P : 0 < sum_over (w q) (all n q s)) by (apply sum_over_pos; [auto|discriminate]).
  unfold answer. generalize dependent (all n q s). intros l P. set (W := sum_over (w q) l) in *.
  assert (E : sum_over (term q m x) l =
    W * (eu q x + sum_over (fun p => w q p / W * c p x) l - (eu q m + sum_over (fun p => w q p / W * c p m) l))).
  { rewrite (sum_over_ext (fun p => w q p / W * c p x) (fun p => / W * (w q p * c p x)))
      by (intro; unfold Rdiv; ring).
    rewrite (sum_over_ext (fun p => w q p / W * c p m) (fun p => / W * (w q p * c p m)))
      by (intro; unfold Rdiv; ring).
    rewrite !sum_over_scale. unfold term.
    rewrite (sum_over_ext _ (fun p => (w q p * c p x + (-1) * (w q p * c p m)) + (eu q x - eu q m) * w q p))
      by (intro; ring).
    rewrite !sum_over_plus, !sum_over_scale. fold W. field. lra. }
  rewrite E. split; intro H; nra.
Qed.
Lemma answer_less_bool q s x m :
  less (answer q s x) (answer q s m) = less (sum_over (term q m x) (all n q s)) 0.
Proof.
  unfold less. assert (E := answer_less q s x m).
  destruct (Rlt_dec _ _), (Rlt_dec _ _); tauto.
Qed.
End Answer.

(* ---- any terms: query, largest token, wrong token, place ---- *)
Section Model.
Variables (vocab n : nat). (* tokens; positions before the query *)
Variable h : nat -> nat -> nat -> nat * nat -> R.

Definition beats q m x s := negb (less (sum_over (h q m x) (all n q s)) 0).
Definition right_answer q s :=
  let m := largest (q :: s) in
  forallb (fun x => (x =? m)%nat || less (sum_over (h q m x) (all n q s)) 0) (seq 0 vocab).

(* the sequences of the pair (q, m): last token q, largest token m *)
Definition pair q m s := ((q =? m)%nat || holds m s)%bool.
Definition pair_size q m : nat := if (q =? m)%nat then (S m ^ n)%nat else (S m ^ n - m ^ n)%nat.
Definition won q m X s := existsb (fun x => beats q m x s) X.
(* at most b sequences of the pair are won by a token of X *)
Definition at_most q m X (b : nat) :=
  (count (fun s => won q m X s && pair q m s) (seqs (S m) n) <= b)%nat.

(* ---- one set of wrong tokens, with integers for terms ---- *)
Section Set_.
Variables (q m : nat) (X : list nat) (scale : R) (base : Z) (H : nat -> nat -> Z).
Hypothesis scale_pos : 0 < scale.
Hypothesis base_up : forall x, In x X -> scale * h q m x (n, q) <= IZR base.
Hypothesis terms_up : forall x i t, In x X -> (i < n)%nat -> (t <= m)%nat ->
  scale * h q m x (i, t) <= IZR (H i t).

Fixpoint reached (s : list nat) : Z :=
  match s with [] => base | t :: r => (H (length r) t + reached r)%Z end.
Variable top : nat -> Z.
Fixpoint tops (k : nat) : Z := match k with O => base | S k' => (top k' + tops k')%Z end.

Lemma beats_reached x s : In x X -> In s (seqs (S m) n) -> beats q m x s = true ->
  (0 <= reached s)%Z.
Proof.
  intros Hx Hs Hb. apply in_seqs in Hs. destruct Hs as [Hl Hf].
  unfold beats, less in Hb. destruct (Rlt_dec _ 0) as [|N]; [discriminate|]. simpl in N.
  assert (V : forall r, Forall (fun t => (t < S m)%nat) r -> (length r <= n)%nat ->
    scale * (h q m x (n, q) + sum_over (h q m x) (places r)) <= IZR (reached r)).
  { induction r as [|t r IH]; simpl; intros F L.
    - rewrite Rplus_0_r. auto.
    - inversion F; subst. rewrite plus_IZR. specialize (IH H3 ltac:(lia)).
      assert (T := terms_up x (length r) t Hx ltac:(lia) ltac:(lia)). lra. }
  specialize (V s Hf ltac:(lia)). apply le_IZR. nra.
Qed.

Lemma reached_le s (d : nat -> nat -> nat) D :
  (forall i t, (i < n)%nat -> (t <= m)%nat -> (H i t <= top i - D * Z.of_nat (d i t))%Z) ->
  Forall (fun t => (t < S m)%nat) s -> (length s <= n)%nat ->
  (reached s <= tops (length s) - D * Z.of_nat (deficits d s))%Z.
Proof.
  intros Hd. induction s as [|t r IH]; simpl; intros F L; [lia|]. inversion F; subst.
  specialize (IH H3 ltac:(lia)). assert (T := Hd (length r) t ltac:(lia) ltac:(lia)).
  rewrite Nat2Z.inj_add. lia.
Qed.

Definition wins d b : nat :=
  if (q =? m)%nat then fill (S m) d n b else (fill (S m) d n b - fill m d n b)%nat.

(* the grid: D one step, d(i, t) steps below the largest term of position i *)
Lemma grid (D : Z) d b : (0 < D)%Z ->
  (forall i t, (i < n)%nat -> (t <= m)%nat -> (H i t <= top i - D * Z.of_nat (d i t))%Z) ->
  (tops n < D * Z.of_nat b)%Z -> at_most q m X (wins d b).
Proof.
  intros HD Hd Hb. unfold at_most, wins.
  apply Nat.le_trans with (count (fun s => (deficits d s <? b)%nat && pair q m s) (seqs (S m) n)).
  - apply count_le. intros s Hs Hw. apply andb_prop in Hw. destruct Hw as [Hw ->].
    rewrite andb_true_r. apply existsb_exists in Hw. destruct Hw as (x & Hx & Hb').
    assert (R := beats_reached x s Hx Hs Hb'). apply in_seqs in Hs. destruct Hs as [Hl Hf].
    assert (L := reached_le s d D Hd Hf ltac:(lia)). rewrite Hl in L.
    apply Nat.ltb_lt. nia.
  - unfold pair. destruct (q =? m)%nat; cbn [orb].
    + rewrite fill_correct. apply Nat.eq_le_incl, count_ext_in. intros. apply andb_true_r.
    + rewrite count_holds, <- !fill_correct. auto.
Qed.

(* nothing wins where the largest terms do not reach 0, m at its cheapest place if it must occur *)
Lemma nothing cost :
  (forall i t, (i < n)%nat -> (t <= m)%nat -> (H i t <= top i)%Z) ->
  (forall i, (i < n)%nat -> (cost <= top i - H i m)%Z) ->
  ((if (q =? m)%nat then tops n else tops n - cost) < 0)%Z -> at_most q m X 0.
Proof.
  intros Ht Hc Hn. unfold at_most. rewrite count_false; [auto|]. intros s Hs.
  destruct (won q m X s) eqn:W; auto. cbn [andb].
  apply existsb_exists in W. destruct W as (x & Hx & Hb).
  assert (R := beats_reached x s Hx Hs Hb). apply in_seqs in Hs. destruct Hs as [Hl Hf].
  assert (A : forall r, Forall (fun t => (t < S m)%nat) r -> (length r <= n)%nat ->
    (reached r <= tops (length r))%Z /\ (holds m r = true -> (reached r <= tops (length r) - cost)%Z)).
  { induction r as [|t r IH]; intros F L; [split; [simpl; lia|discriminate]|].
    inversion F; subst. simpl in L. destruct (IH H3 ltac:(lia)) as [I1 I2].
    assert (T := Ht (length r) t ltac:(lia) ltac:(lia)).
    change (holds m (t :: r)) with (Nat.eqb m t || holds m r)%bool. simpl. split; [lia|].
    destruct (Nat.eqb_spec m t) as [<-|]; simpl; intro E.
    - specialize (Hc (length r) ltac:(lia)). lia.
    - specialize (I2 E). lia. }
  destruct (A s Hf ltac:(lia)) as [A1 A2]. rewrite Hl in *. unfold pair.
  destruct (q =? m)%nat; [lia|]. cbn [orb]. destruct (holds m s); auto. specialize (A2 eq_refl). lia.
Qed.
End Set_.

(* ---- all sets of one pair, all pairs of one query ---- *)
Lemma pair_count q m : count (pair q m) (seqs (S m) n) = pair_size q m.
Proof.
  unfold pair, pair_size. destruct (q =? m)%nat; cbn [orb].
  - rewrite count_all. apply seqs_length.
  - rewrite (count_ext_in (holds m) (fun s => true && holds m s)%bool) by auto.
    rewrite (count_holds m n (fun _ => true)), !count_all, !seqs_length. reflexivity.
Qed.

(* sets: tokens and how many sequences they win at most *)
Definition covered q m (sets : list (list nat * nat)) :=
  Forall (fun k => at_most q m (fst k) (snd k)) sets /\
  (forall x, (x < vocab)%nat -> x <> m -> exists k, In k sets /\ In x (fst k)).

Lemma pair_bound q m sets : (q <= m)%nat -> covered q m sets ->
  (pair_size q m - list_sum (map snd sets)
   <= count (fun s => right_answer q s && pair q m s) (seqs (S m) n))%nat.
Proof.
  intros Hq [Hk Hc]. set (l := seqs (S m) n). assert (T := pair_count q m). fold l in T.
  rewrite (count_split (pair q m) (right_answer q)) in T.
  rewrite (count_ext_in (fun a => pair q m a && right_answer q a)
             (fun s => right_answer q s && pair q m s)) in T by (intros; apply andb_comm).
  assert (B : (count (fun s => pair q m s && negb (right_answer q s)) l
    <= count (fun s => existsb (fun k => won q m (fst k) s && pair q m s) sets) l)%nat).
  { apply count_le. intros s Hs W. apply andb_prop in W. destruct W as [P W].
    apply negb_true_iff in W. unfold right_answer in W.
    assert (E : largest (q :: s) = m).
    { apply Nat.eqb_eq. rewrite largest_spec. unfold pair in P. rewrite P, andb_true_r.
      apply andb_true_intro. split; [apply Nat.leb_le; auto|].
      apply in_seqs in Hs. destruct Hs as [_ Hf]. apply forallb_forall. intros t Ht.
      rewrite Forall_forall in Hf. apply Nat.ltb_lt. auto. }
    rewrite E in W.
    assert (G : exists x, In x (seq 0 vocab) /\ x <> m /\ beats q m x s = true).
    { clear - W. induction (seq 0 vocab) as [|x r IH]; [discriminate|]. cbn [forallb] in W.
      apply andb_false_iff in W. destruct W as [W|W].
      - apply orb_false_iff in W. destruct W as [N L]. exists x. unfold beats. rewrite L.
        apply Nat.eqb_neq in N. split; [left; auto|auto].
      - destruct (IH W) as (y & I & J). exists y. split; [right; auto|auto]. }
    destruct G as (x & Hx & N & Bx). apply in_seq in Hx. destruct (Hc x ltac:(lia) N) as (k & Ik & Xk).
    apply existsb_exists. exists k. split; auto. rewrite P, andb_true_r.
    apply existsb_exists. exists x. auto. }
  assert (U := count_union (fun k s => won q m (fst k) s && pair q m s) sets l).
  assert (L : (list_sum (map (fun k => count (fun s => won q m (fst k) s && pair q m s) l) sets)
    <= list_sum (map snd sets))%nat).
  { apply list_sum_le. intros k Ik. rewrite Forall_forall in Hk. apply Hk. auto. }
  lia.
Qed.

Theorem query_bound q sets : (q < vocab)%nat ->
  (forall m, (q <= m < vocab)%nat -> covered q m (sets m)) ->
  (list_sum (map (fun m =>
     if (q <=? m)%nat then pair_size q m - list_sum (map snd (sets m)) else 0) (seq 0 vocab))
   <= count (right_answer q) (seqs vocab n))%nat.
Proof.
  intros Hq H. rewrite (by_pairs vocab n q (right_answer q) Hq).
  apply list_sum_le. intros m Hm. apply in_seq in Hm. destruct (Nat.leb_spec q m); auto.
  apply (pair_bound q m (sets m)); auto. apply H. lia.
Qed.
End Model.
