(* Maxima, tables of functions, and the count on a grid of Program.v: it bounds how many sequences a
   set of wrong tokens wins. *)
From Coq Require Import Reals List ZArith NArith Arith Lia Lra Psatz Bool.
Import ListNotations.
From Flocq Require Import Core.
From Interval Require Import Real.Xreal Interval.Interval.
From MaxOfK Require Import Network Counting Rows Bound Folding Exact Enclosures Program.
Local Open Scope Z_scope.

(* ---- maxima ---- *)
Lemma largest_of_above f l x : In x l -> f x <= largest_of f l.
Proof.
  destruct l as [|a r]; [intros []|]. intro H. unfold largest_of.
  assert (G : f a <= fold_right (fun x acc => Z.max (f x) acc) (f a) r /\
    forall y, In y r -> f y <= fold_right (fun x acc => Z.max (f x) acc) (f a) r).
  { clear H. induction r as [|b r [I J]]; simpl; split; try lia; try tauto.
    intros y [<-|Hy]; [lia|]. specialize (J y Hy). lia. }
  destruct H as [<-|H]; [exact (proj1 G)|exact (proj2 G x H)].
Qed.
Lemma smallest_of_below f l x : In x l -> smallest_of f l <= f x.
Proof. intro H. unfold smallest_of. assert (G := largest_of_above (fun x => - f x) l x H). simpl in G. lia. Qed.
Lemma largest_in_above l x : In x l -> x <= largest_in l.
Proof.
  destruct l as [|a r]; [intros []|]. intro H. unfold largest_in.
  assert (G : a <= fold_right Z.max a r /\ forall y, In y r -> y <= fold_right Z.max a r).
  { clear H. induction r as [|b r [I J]]; simpl; split; try lia; try tauto.
    intros y [<-|Hy]; [lia|]. specialize (J y Hy). lia. }
  destruct H as [<-|H]; [exact (proj1 G)|exact (proj2 G x H)].
Qed.
Lemma in_others m l x : In x (others m l) <-> In x l /\ x <> m.
Proof.
  unfold others. rewrite filter_In, negb_true_iff, Nat.eqb_neq. tauto.
Qed.

(* ---- tables ---- *)
Lemma map_tab {A B} (g : A -> B) n f : map g (tab n f) = tab n (fun i => g (f i)).
Proof. unfold tab. apply map_map. Qed.
Lemma tab_ext {A} n (f g : nat -> A) : (forall i, (i < n)%nat -> f i = g i) -> tab n f = tab n g.
Proof. intro H. unfold tab. apply map_ext_in. intros i Hi. apply in_seq in Hi. apply H. lia. Qed.
Lemma in_tab {A} n (f : nat -> A) i : (i < n)%nat -> In (f i) (tab n f).
Proof. intro H. unfold tab. apply in_map_iff. exists i. split; auto. apply in_seq. lia. Qed.
Lemma removelast_tab {A} n (f : nat -> A) : removelast (tab (S n) f) = tab n f.
Proof. unfold tab. rewrite seq_S, map_app. apply removelast_last. Qed.
Lemma tab_length {A} n (f : nat -> A) : length (tab n f) = n.
Proof. unfold tab. rewrite map_length, seq_length. reflexivity. Qed.

(* ---- counting on the grid ---- *)
Section Grid.
Variables (n q m : nat) (h : nat -> nat -> nat -> nat * nat -> R).
Variables (X : list nat) (scale : R) (base : Z) (H : nat -> nat -> Z).
Hypothesis scale_pos : (0 < scale)%R.
Hypothesis base_up : forall x, In x X -> (scale * h q m x (n, q) <= IZR base)%R.
Hypothesis terms_up : forall x i t, In x X -> (i < n)%nat -> (t <= m)%nat ->
  (scale * h q m x (i, t) <= IZR (H i t))%R.

Lemma tops_sum (f : nat -> Z) j : tops base f j = base + sumz j f.
Proof. induction j; simpl; lia. Qed.
Lemma tops_ext (f g : nat -> Z) j : (forall i, (i < j)%nat -> f i = g i) -> sumz j f = sumz j g.
Proof. induction j; simpl; intro E; auto. rewrite E, IHj by auto. reflexivity. Qed.

Lemma count_grid_correct G :
  at_most n h q m X
    (N.to_nat (count_grid n q m G base (tab n (fun i => tab (S m) (H i))))).
Proof.
  unfold count_grid. set (terms := tab n (fun i => tab (S m) (H i))).
  set (top := fun i => largest_in (tab (S m) (H i))).
  assert (R : forall i, (i < n)%nat -> nth i terms [] = tab (S m) (H i)) 
    by (intros; apply (nth_tab n (fun i => tab (S m) (H i))); auto).
  assert (T : forall i, (i < n)%nat -> at1 (tab n (fun i => largest_in (nth i terms []))) i = top i).
  { intros i Hi. rewrite at1_tab by auto. rewrite R by auto. reflexivity. }
  assert (L : forall i t, (i < n)%nat -> (t <= m)%nat -> H i t <= top i).
  { intros i t Hi Ht. apply largest_in_above, in_tab. lia. }
  rewrite (tops_ext (at1 (tab n (fun i => largest_in (nth i terms [])))) top) by auto.
  set (total := base + sumz n top).
  set (cost := smallest_of (fun i =>
    at1 (tab n (fun i => largest_in (nth i terms []))) i - at2 terms i m) (seq 0 n)).
  destruct (Z.ltb_spec (if (q =? m)%nat then total else total - cost) 0) as [E|E].
  - apply (nothing n h q m X scale base H scale_pos base_up terms_up top cost); auto.
    + intros i Hi. assert (C := smallest_of_below (fun i =>
        at1 (tab n (fun i => largest_in (nth i terms []))) i - at2 terms i m) (seq 0 n) i
        ltac:(apply in_seq; lia)). fold cost in C. cbv beta in C. rewrite T in C by auto.
      unfold at2 in C. rewrite R, nth_tab in C by lia. auto.
    + rewrite tops_sum. auto.
  - set (D := Z.abs total / Z.abs G + 1).
    set (b := S (Z.to_nat (total / D))).
    set (d := fun i t => Z.to_nat (Z.min ((top i - H i t) / D) (Z.of_nat b))).
    assert (HD : 0 < D).
    { unfold D. assert (0 <= Z.abs total / Z.abs G).
      { destruct (Z.eq_dec (Z.abs G) 0) as [->|]; [rewrite Zdiv_0_r; lia|]. apply Z.div_pos; lia. }
      lia. }
    assert (S1 : tab n (fun i => map (fun h => Z.to_nat (Z.min ((at1 (tab n (fun i =>
        largest_in (nth i terms []))) i - h) / D) (Z.of_nat b))) (nth i terms []))
      = tab n (fun i => tab (S m) (d i))).
    { apply tab_ext. intros i Hi. rewrite R, T, map_tab by auto. reflexivity. }
    rewrite S1. clear S1. rewrite map_tab.
    assert (S2 : tab n (fun i => removelast (tab (S m) (d i))) = tab n (fun i => tab m (d i)))
      by (apply tab_ext; intros; apply removelast_tab).
    rewrite S2. clear S2.
    change (rev (tab n (fun i => tab (S m) (d i)))) with (deficit_lists (S m) n d).
    change (rev (tab n (fun i => tab m (d i)))) with (deficit_lists m n d).
    rewrite !fill_fast_correct.
    assert (W : at_most n h q m X (wins n q m d b)).
    { apply (grid n h q m X scale base H scale_pos base_up terms_up top D); auto.
      - intros i t Hi Ht. specialize (L i t Hi Ht). unfold d.
        assert (P : 0 <= (top i - H i t) / D) by (apply Z.div_pos; lia).
        rewrite Z2Nat.id by lia.
        assert (Q := Z.mul_div_le (top i - H i t) D HD). nia.
      - rewrite tops_sum. fold total. unfold b. rewrite Nat2Z.inj_succ.
        assert (Q := Z.mul_succ_div_gt total D HD).
        destruct (Z_le_gt_dec 0 total).
        + rewrite Z2Nat.id by (apply Z.div_pos; lia). lia.
        + nia. }
    unfold wins in W. destruct (q =? m)%nat; [rewrite Nat2N.id; auto|].
    rewrite <- Nat2N.inj_sub, Nat2N.id. auto.
Qed.
End Grid.
