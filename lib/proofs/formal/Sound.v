(* The program of Program.v is right: what it certifies is a lower bound on the right sequences. *)
From Coq Require Import Reals List ZArith NArith Arith Lia Lra Psatz Bool.
Import ListNotations.
From Flocq Require Import Core.
From Interval Require Import Real.Xreal Interval.Interval.
From MaxOfK Require Import Network Counting Rows Bound Folding Exact Enclosures Program Grid.
Local Open Scope Z_scope.

(* ---- the model's tables in fixed point ---- *)
Section Model.
Variable M : model.
Hypothesis one_exponent : exponent (W_pos M) = exponent (W_E M).
Hypothesis heads : (0 < d_head M)%nat.
Hypothesis context : (0 < n_ctx M)%nat.
Let v := d_vocab M.
Let n := Nat.pred (n_ctx M).
Let T := exact_tables M.
Let tokens := seq 0 v.
Notation one := (bpow radix fraction).
Notation none := (0, 0)%Z.

(* factors of weights from 1 - y to 1 + y, differences of logits off by up to D *)
Variable sl : slack.
Hypothesis spread_small : 0 <= spread sl <= 2 ^ (fraction - 1).
Let y : R := (IZR (spread sl) * bpow radix (- fraction))%R.
Let D : R := (IZR (width sl) * bpow radix (- fraction))%R.
Let factor (a : R) : Prop := (1 - y <= a <= 1 + y)%R.

Lemma y_bounds : (0 <= y <= / 2)%R.
Proof.
  unfold y. replace (bpow radix (- fraction)) with (/ 1048576)%R by reflexivity.
  destruct spread_small as [A B]. apply IZR_le in A, B. replace (IZR (2 ^ (fraction - 1))) with 524288%R in B by reflexivity. lra.
Qed.

Lemma widen_between k b w a : (0 < w)%R -> between k b w -> factor a -> between k (widen sl b) (a * w).
Proof.
  intros W B F. assert (P := bpow_gt_0 radix k). assert (Y := y_bounds).
  assert (Q : (0 < bpow radix k * w)%R) by (apply Rmult_lt_0_compat; auto).
  unfold widen. destruct (Z.eqb_spec (spread sl) 0) as [E|E].
  - assert (y = 0%R) by (unfold y; rewrite E; ring). unfold factor in F.
    replace a with 1%R by lra. rewrite Rmult_1_l. auto.
  - assert (G := fun z => shift_above (z * spread sl) (- fraction)). destruct B as [L U].
    unfold between. cbn [fst snd]. rewrite minus_IZR, plus_IZR.
    assert (G1 := G (fst b)). assert (G2 := G (snd b)). rewrite mult_IZR, Rmult_assoc in G1, G2. fold y in G1, G2.
    unfold factor in F. set (x := (bpow radix k * w)%R) in *.
    replace (bpow radix k * (a * w))%R with (a * x)%R by (unfold x; ring).
    split; nra.
Qed.

(* differences of a place t at i to the largest token, without and with the direct path *)
Definition gap m x i t : R := folded_value M (i, t) x - folded_value M (i, t) m.
Definition direct_gap q m x : R := EU M q x - EU M q m.

Section Pair.
Variables (q m : nat).
Hypothesis q_le_m : (q <= m)%nat.
Hypothesis m_lt_v : (m < v)%nat.
Variables (p w : list (Z * Z)) (k1 k2 : Z).
Hypothesis p_between : forall i, (i <= n)%nat ->
  between k1 (nth i p none) (exp (EQP M q i / sqrt (INR (d_head M)))).
Hypothesis w_between : forall t a, (t <= m)%nat -> factor a ->
  between k2 (nth t w none) (a * exp (EQK M q t / sqrt (INR (d_head M)))).

Lemma winning_correct G X coefficient :
  (forall x i t, In x X -> (i <= n)%nat -> (t <= m)%nat ->
    (one * (gap m x i t + direct_gap q m x + D) <= IZR (coefficient t))%R) ->
  at_most n (wide_term M y D) q m X
    (N.to_nat (winning n q m G p w coefficient)).
Proof.
  intro C. unfold winning.
  set (z := fun t => weighed fraction (nth t w none) (coefficient t)).
  set (place := fun i => weighed weight_bits (nth i p none)).
  set (scale := (bpow radix (- weight_bits) * bpow radix k1 * bpow radix k2)%R).
  assert (E : tab n (fun i => map (weighed weight_bits (nth i p none)) (tab (S m) z))
    = tab n (fun i => tab (S m) (fun t => place i (z t)))).
  { apply tab_ext. intros. apply map_tab. }
  rewrite E, at1_tab by lia.
  assert (K : forall x i t, In x X -> (i <= n)%nat -> (t <= m)%nat ->
    (scale * wide_term M y D q m x (i, t) <= IZR (place i (z t)))%R).
  { intros x i t Hx Hi Ht.
    enough (A : forall a, factor a -> (scale * (a * folded_weight M q (i, t) *
      (gap m x i t + direct_gap q m x + D)) <= IZR (place i (z t)))%R).
    { assert (Y := y_bounds). unfold wide_term, Rmax. destruct (Rle_dec _ _); apply A; unfold factor; lra. }
    intros a Fa. unfold folded_weight. cbn [fst snd].
    rewrite (Rdiv_plus_distr (EQK M q t)), exp_plus.
    set (et := (a * exp (EQK M q t / sqrt (INR (d_head M))))%R).
    set (ep := exp (EQP M q i / sqrt (INR (d_head M)))).
    set (r := (gap m x i t + direct_gap q m x + D)%R).
    assert (Pt : (0 < et)%R).
    { assert (Y := y_bounds). unfold factor in Fa. apply Rmult_lt_0_compat; [lra|apply exp_pos]. }
    assert (I1 := times_up_above k2 (nth t w none) et _ _ Pt (w_between t a Ht Fa) (C x i t Hx Hi Ht)).
    assert (S1 := shift_above (times_up (nth t w none) (coefficient t)) (- fraction)).
    fold (z t) in S1. fold r in I1.
    assert (U : (bpow radix fraction * bpow radix (- fraction) = 1)%R)
      by (rewrite <- bpow_plus; reflexivity).
    assert (I2 : (bpow radix k2 * et * r <= IZR (z t))%R).
    { eapply Rle_trans; [|exact S1].
      replace (bpow radix k2 * et * r)%R
        with (bpow radix k2 * et * (one * r) * bpow radix (- fraction))%R
        by (transitivity (bpow radix k2 * et * r * (one * bpow radix (- fraction)))%R; [ring|rewrite U; ring]).
      apply Rmult_le_compat_r; [apply bpow_ge_0|exact I1]. }
    assert (I3 := times_up_above k1 (nth i p none) ep _ _ (exp_pos _) (p_between i Hi) I2).
    eapply Rle_trans; [|apply shift_above].
    replace (scale * (a * (exp (EQK M q t / sqrt (INR (d_head M))) * ep) * r))%R
      with (bpow radix k1 * ep * (bpow radix k2 * et * r) * bpow radix (- weight_bits))%R
      by (unfold scale, et; ring).
    apply Rmult_le_compat_r; [apply bpow_ge_0|exact I3]. }
  apply (count_grid_correct n q m _ X scale
    (place n (z q)) (fun i t => place i (z t))).
  - apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat|]; apply bpow_gt_0.
  - intros x Hx. apply K; auto.
  - intros x i t Hx Hi Ht. apply K; auto. lia.
Qed.

(* ---- coefficients are upper bounds ---- *)
Variables (eu_lo eu_hi : list Z).
Hypothesis eu_below : forall x, (x < v)%nat -> (IZR (at1 eu_lo x) <= one * EU M q x)%R.
Hypothesis eu_above : forall x, (x < v)%nat -> (one * EU M q x <= IZR (at1 eu_hi x))%R.
Let S := make_shared M T.
Let direct x := at1 eu_hi x - at1 eu_lo m + width sl.

Lemma direct_above x : (x < v)%nat -> (one * (direct_gap q m x + D) <= IZR (direct x))%R.
Proof.
  intro Hx. unfold direct_gap, direct, D. rewrite plus_IZR, minus_IZR.
  assert (U : (one * bpow radix (- fraction) = 1)%R) by (rewrite <- bpow_plus; reflexivity).
  assert (A := eu_above x Hx). assert (B := eu_below m m_lt_v). replace (one * (EU M q x - EU M q m + IZR (width sl) * bpow radix (- fraction)))%R
    with (one * EU M q x - one * EU M q m + IZR (width sl) * (one * bpow radix (- fraction)))%R by ring.
  rewrite U. lra.
Qed.

Lemma ev_above t x : (t < v)%nat -> (x < v)%nat -> (one * EVOU M t x <= IZR (at2 (ev_hi S) t x))%R.
Proof.
  intros Ht Hx. unfold S, make_shared. cbn [ev_hi]. fold v.
  rewrite (at2_tab v v (fun i x => ceil_at (eVOU M) (at2 (zEVOU T) i x))) by auto.
  rewrite EVOU_exact by auto. apply ceil_at_above.
Qed.
Lemma ev_below t x : (t < v)%nat -> (x < v)%nat -> (IZR (at2 (ev_lo S) t x) <= one * EVOU M t x)%R.
Proof.
  intros Ht Hx. unfold S, make_shared. cbn [ev_lo]. fold v.
  rewrite (at2_tab v v (fun i x => floor_at (eVOU M) (at2 (zEVOU T) i x))) by auto.
  rewrite EVOU_exact by auto. apply floor_at_below.
Qed.
Let pv_hi := tab (n_ctx M) (fun i => tab v (fun x => ceil_at (eVOU M) (at2 (zPVOU T) i x))).
Let pv_lo := tab (n_ctx M) (fun i => tab v (fun x => floor_at (eVOU M) (at2 (zPVOU T) i x))).
Lemma pv_above i x : (i <= n)%nat -> (x < v)%nat -> (one * PVOU M i x <= IZR (at2 pv_hi i x))%R.
Proof.
  intros Hi Hx. unfold pv_hi.
  rewrite (at2_tab (n_ctx M) v (fun i x => ceil_at (eVOU M) (at2 (zPVOU T) i x))) by (auto; unfold n in *; lia).
  rewrite PVOU_exact by (auto; unfold n in *; lia). apply ceil_at_above.
Qed.
Lemma pv_below i x : (i <= n)%nat -> (x < v)%nat -> (IZR (at2 pv_lo i x) <= one * PVOU M i x)%R.
Proof.
  intros Hi Hx. unfold pv_lo.
  rewrite (at2_tab (n_ctx M) v (fun i x => floor_at (eVOU M) (at2 (zPVOU T) i x))) by (auto; unfold n in *; lia).
  rewrite PVOU_exact by (auto; unfold n in *; lia). apply floor_at_below.
Qed.

Lemma worst_above x i : (i <= n)%nat -> (x < v)%nat ->
  (one * (PVOU M i x - PVOU M i m) <= IZR (at2 (worst S) m x))%R.
Proof.
  intros Hi Hx. unfold S, make_shared. cbn [worst]. fold v. fold pv_hi pv_lo.
  rewrite (at2_tab v v (fun m x => largest_of (fun i => at2 pv_hi i x - at2 pv_lo i m) (seq 0 (n_ctx M)))) by auto.
  assert (L := largest_of_above (fun i => at2 pv_hi i x - at2 pv_lo i m) (seq 0 (n_ctx M)) i
    ltac:(apply in_seq; unfold n in *; lia)).
  apply IZR_le in L. rewrite minus_IZR in L.
  assert (A := pv_above i x Hi Hx). assert (B := pv_below i m Hi m_lt_v). lra.
Qed.
Lemma p_low_below i : (i <= n)%nat -> (IZR (at1 (p_low S) m) <= one * PVOU M i m)%R.
Proof.
  intros Hi. unfold S, make_shared. cbn [p_low]. fold v. fold pv_lo. rewrite at1_tab by auto.
  assert (L := smallest_of_below (fun i => at2 pv_lo i m) (seq 0 (n_ctx M)) i
    ltac:(apply in_seq; unfold n in *; lia)).
  apply IZR_le in L. assert (B := pv_below i m Hi m_lt_v). lra.
Qed.

Let p_high := tab v (fun x => largest_of (fun i => at2 pv_hi i x) (seq 0 (n_ctx M))).
Let row t x := at2 (ev_hi S) t x + at1 p_high x.
Lemma row_above t x i : (i <= n)%nat -> (t < v)%nat -> (x < v)%nat ->
  (one * (EVOU M t x + PVOU M i x) <= IZR (row t x))%R.
Proof.
  intros Hi Ht Hx. unfold row, p_high. rewrite plus_IZR, at1_tab by auto.
  assert (L := largest_of_above (fun i => at2 pv_hi i x) (seq 0 (n_ctx M)) i
    ltac:(apply in_seq; unfold n in *; lia)). apply IZR_le in L.
  assert (A := pv_above i x Hi Hx). assert (B := ev_above t x Ht Hx). lra.
Qed.
Lemma e1_above t x : (t < v)%nat -> (x < v)%nat -> row t x <= at1 (e1 S) t.
Proof.
  intros Ht Hx. unfold S, make_shared. cbn [e1]. fold v. fold pv_hi. rewrite at1_tab by auto.
  apply (largest_of_above (row t)). apply in_seq. lia.
Qed.
Lemma e2_above t x : (t < v)%nat -> (x < v)%nat -> x <> t -> row t x <= at1 (e2 S) t.
Proof.
  intros Ht Hx N. unfold S, make_shared. cbn [e2]. fold v. fold pv_hi. rewrite at1_tab by auto.
  apply (largest_of_above (row t)). apply in_others. split; auto. apply in_seq. lia.
Qed.

Lemma near_above x i t : (x < v)%nat -> (i <= n)%nat -> (t <= m)%nat ->
  (one * (gap m x i t + direct_gap q m x + D) <= IZR (near_coefficient S direct m x t))%R.
Proof.
  intros Hx Hi Ht. unfold near_coefficient, gap, folded_value. cbn [fst snd].
  rewrite plus_IZR, minus_IZR, plus_IZR.
  assert (A := ev_above t x ltac:(lia) Hx). assert (B := ev_below t m ltac:(lia) m_lt_v).
  assert (C := worst_above x i Hi Hx). assert (E' := direct_above x Hx). lra.
Qed.

Let wrong := others m tokens.
Let largest_direct := largest_of direct wrong.
Let at_max := largest_of (fun x => near_coefficient S direct m x m) wrong.

Lemma far_above near x i t : In x (filter (fun x => negb (near x)) wrong) -> (i <= n)%nat -> (t <= m)%nat ->
  (one * (gap m x i t + direct_gap q m x + D)
   <= IZR (far_coefficient S largest_direct at_max near m t))%R.
Proof.
  intros Hx Hi Ht. apply filter_In in Hx. destruct Hx as [Hx N]. apply negb_true_iff in N.
  assert (W := Hx). unfold wrong in Hx. apply in_others in Hx. destruct Hx as [Hv Hm].
  apply in_seq in Hv. assert (Xv : (x < v)%nat) by lia.
  unfold far_coefficient. destruct (Nat.eqb_spec t m) as [->|E].
  - eapply Rle_trans; [apply near_above; auto|]. apply IZR_le.
    apply (largest_of_above (fun x => near_coefficient S direct m x m)). auto.
  - rewrite plus_IZR, !minus_IZR. unfold gap, folded_value. cbn [fst snd].
    assert (R : row t x <= (if near t then at1 (e2 S) t else at1 (e1 S) t)).
    { destruct (near t) eqn:F.
      - apply e2_above; try lia. intros ->. congruence.
      - apply e1_above; lia. }
    apply IZR_le in R. assert (A := row_above t x i Hi ltac:(lia) Xv).
    assert (B := ev_below t m ltac:(lia) m_lt_v). assert (C := p_low_below i Hi).
    assert (E' := direct_above x Xv).
    assert (L := largest_of_above direct wrong x W). apply IZR_le in L. fold largest_direct in L. lra.
Qed.
End Pair.

(* ---- sets of one pair ---- *)
Definition counted (sets : list (list nat * N)) : list (list nat * nat) :=
  map (fun k => (fst k, N.to_nat (snd k))) sets.
Notation covers q m sets :=
  (covered v n (wide_term M y D) q m (counted sets)).

Lemma size_correct q m : N.to_nat (size n q m) = pair_size n q m.
Proof.
  assert (P : forall a, N.to_nat (N.of_nat a ^ N.of_nat n) = (a ^ n)%nat).
  { intro a. apply Nat2N.inj. rewrite N2Nat.id. symmetry. generalize n. clear.
    induction n as [|j IH]; [reflexivity|].
    rewrite Nat.pow_succ_r', Nat2N.inj_mul, IH, Nat2N.inj_succ, N.pow_succ_r'. reflexivity. }
  unfold size, pair_size. destruct (q =? m)%nat.
  - rewrite N.sub_0_r. apply P.
  - rewrite N2Nat.inj_sub, !P. reflexivity.
Qed.

Lemma given_up_covers q m : covers q m (given_up v n q m).
Proof.
  split.
  - constructor; [|constructor]. cbn [fst snd]. unfold at_most. rewrite size_correct, <- pair_count.
    apply count_le. intros s _ H. apply andb_prop in H. tauto.
  - intros x Hx N. exists (others m (seq 0 v), N.to_nat (size n q m)). split; [left; reflexivity|].
    apply in_others. split; auto. apply in_seq. lia.
Qed.

Lemma pair_sets_cover q m G g k1 p weights magnitudes eu_lo eu_hi : (q <= m)%nat -> (m < v)%nat ->
  (forall i, (i <= n)%nat -> between k1 (nth i p none) (exp (EQP M q i / sqrt (INR (d_head M))))) ->
  (forall t, (t < v)%nat -> finite (nth t weights Float.Inan) = true /\
    contains (I.convert (nth t weights Float.Inan)) (Xreal (exp (EQK M q t / sqrt (INR (d_head M)))))) ->
  (forall x, (x < v)%nat -> (IZR (at1 eu_lo x) <= one * EU M q x)%R) ->
  (forall x, (x < v)%nat -> (one * EU M q x <= IZR (at1 eu_hi x))%R) ->
  covers q m (pair_sets sl v n G (make_shared M T) eu_lo eu_hi p weights magnitudes q m g).
Proof.
  intros Hq Hm Hp Hw Lo Hi. unfold pair_sets. destruct (g =? 0)%nat; [apply given_up_covers|].
  set (k2 := weight_bits - largest_of (at1 magnitudes) (seq 0 (S m))).
  set (w := tab (S m) (fun t => widen sl (ends k2 (nth t weights Float.Inan)))).
  assert (Hw' : forall t a, (t <= m)%nat -> factor a ->
    between k2 (nth t w none) (a * exp (EQK M q t / sqrt (INR (d_head M))))).
  { intros t a Ht Fa. unfold w. rewrite nth_tab by lia. destruct (Hw t ltac:(lia)).
    apply widen_between; auto; [apply exp_pos|]. apply ends_correct; auto. }
  split.
  - constructor.
    + cbn [fst snd]. destruct (far_tokens v g m) as [|f r] eqn:F.
      * unfold at_most. rewrite count_false; [apply Nat.le_0_l|]. reflexivity.
      * rewrite <- F. apply (winning_correct q m Hq Hm p w k1 k2 Hp Hw').
        intros x i t Hx Hi' Ht. apply (far_above q m Hq Hm eu_lo eu_hi Lo Hi (is_near g m)); auto.
    + apply Forall_map, Forall_map, Forall_forall. intros x Hx. apply filter_In in Hx.
      destruct Hx as [Hx _]. apply in_seq in Hx. cbn [fst snd].
      apply (winning_correct q m Hq Hm p w k1 k2 Hp Hw').
      intros x0 i t [<-|[]] Hi' Ht. apply (near_above q m Hq Hm eu_lo eu_hi Lo Hi); auto. lia.
  - intros x Hx N. unfold counted. cbn [map]. destruct (is_near g m x) eqn:E.
    + eexists. split; [right; apply in_map, in_map, filter_In; split; [apply in_seq|exact E]; lia|].
      left. reflexivity.
    + eexists. split; [left; reflexivity|]. cbn [fst]. apply filter_In. rewrite E. split; auto.
      apply in_others. split; auto. apply in_seq. lia.
Qed.

Lemma query_sets_cover h q m : (q <= m)%nat -> (m < v)%nat ->
  covers q m (query_sets sl M h T (make_shared M T) (divisor (eQK M) (d_head M)) q m).
Proof.
  intros Hq Hm. unfold query_sets. fold v n. set (by_ := divisor (eQK M) (d_head M)).
  destruct (forallb finite _ && forallb finite _)%bool eqn:E; [|apply given_up_covers].
  apply andb_prop in E. destruct E as [E1 E2]. rewrite forallb_forall in E1, E2.
  eapply pair_sets_cover; auto.
  - intros i Hi. set (places := tab (n_ctx M) (fun i => exponential by_ (at2 (zEQP T) q i))) in *.
    assert (L : (i < n_ctx M)%nat) by (unfold n in *; lia).
    rewrite nth_indep with (d' := ends (weight_bits - largest_in (map magnitude places)) Float.Inan)
      by (rewrite map_length; unfold places; rewrite tab_length; auto).
    rewrite map_nth. unfold places at 2. rewrite nth_tab by auto. apply ends_correct.
    + apply E2. unfold places. apply (in_tab (n_ctx M) (fun i => exponential by_ (at2 (zEQP T) q i))). auto.
    + rewrite EQP_exact by (auto; unfold v in *; lia). apply exponential_correct. auto.
  - intros t Ht. rewrite nth_tab by auto. split.
    + apply E1. apply (in_tab v (fun t => exponential by_ (at2 (zEQK T) q t))). auto.
    + rewrite EQK_exact by (auto; unfold v in *; lia). apply exponential_correct. auto.
  - intros x Hx. rewrite at1_tab by auto. rewrite EU_exact by (auto; unfold v in *; lia).
    apply floor_at_below.
  - intros x Hx. rewrite at1_tab by auto. rewrite EU_exact by (auto; unfold v in *; lia).
    apply ceil_at_above.
Qed.
End Model.

Lemma sum_N_of_nat {A} (f : A -> N) (g : A -> nat) l : (forall a, In a l -> (f a = N.of_nat (g a))%N) ->
  sum_N f l = N.of_nat (list_sum (map g l)).
Proof.
  induction l as [|a l IH]; intro H; [reflexivity|]. unfold sum_N. cbn [fold_right].
  fold (sum_N f l). rewrite IH by (intros; apply H; right; auto). rewrite (H a (or_introl eq_refl)).
  cbn [map list_sum fold_right]. fold (list_sum (map g l)). lia.
Qed.

Lemma of_nat_le a b : (a <= b)%nat -> (N.of_nat a <= N.of_nat b)%N.
Proof. lia. Qed.

(* The program's number, for any model and any hints, is at most the number of sequences whose terms,
   widened by the slack, add up to less than 0. *)
Theorem n5_with_right (sl : slack) (M : model) (h : hints) : 0 <= spread sl <= 2 ^ (fraction - 1) ->
  (n5_with sl M h <= N.of_nat (count (right_by M (wide_term M (IZR (spread sl) * bpow radix (- fraction))
    (IZR (width sl) * bpow radix (- fraction)))) (seqs (d_vocab M) (n_ctx M))))%N.
Proof.
  intro Hs. unfold n5_with. destruct (fits M) eqn:E; [|lia].
  unfold fits in E. apply andb_prop in E. destruct E as [E E3]. apply andb_prop in E.
  destruct E as [E1 E2]. apply Nat.eqb_eq in E1. apply Nat.ltb_lt in E2, E3.
  set (T := exact_tables M). set (Sh := make_shared M T). set (by_ := divisor (eQK M) (d_head M)).
  set (sets := query_sets sl M h T Sh by_). set (H := wide_term M _ _).
  assert (B := terms_bound M H (fun q m => counted (sets q m)) E3). cbv zeta in B.
  specialize (B (fun q m I => query_sets_cover M E1 E2 E3 sl Hs h q m (proj1 I) (proj2 I))).
  eapply N.le_trans; [|exact (of_nat_le _ _ B)]. apply N.eq_le_incl.
  apply sum_N_of_nat. intros q _. apply sum_N_of_nat. intros m _. destruct (q <=? m)%nat; [|reflexivity].
  rewrite <- size_correct, Nat2N.inj_sub, N2Nat.id. f_equal.
  rewrite (sum_N_of_nat snd (fun k => N.to_nat (snd k))) by (intros; rewrite N2Nat.id; reflexivity).
  unfold counted. rewrite map_map. reflexivity.
Qed.

(* Without slack: at most the number of right sequences. *)
Theorem n5_right (M : model) (h : hints) :
  (n5 M h <= N.of_nat (right_sequences M))%N.
Proof.
  assert (B := n5_with_right exact M h ltac:(cbn; lia)). fold n5 in B.
  destruct (Nat.eq_dec (n_ctx M) 0) as [Z|P].
  { unfold n5, n5_with, fits. rewrite Z, andb_false_r. lia. }
  rewrite right_by_terms by lia. eapply N.le_trans; [exact B|]. apply N.eq_le_incl. f_equal.
  apply count_ext_in. intros s _. apply right_by_ext. intros q m x p. cbn [spread width exact].
  rewrite Rmult_0_l. apply wide_term_exact.
Qed.

(* How a certificate is proved: one computation. *)
Corollary certificate (M : model) (h : hints) (number : N) :
  (number <=? n5 M h)%N = true -> (number <= N.of_nat (right_sequences M))%N.
Proof. intro H. apply N.leb_le in H. eapply N.le_trans; [exact H|]. apply n5_right. Qed.
