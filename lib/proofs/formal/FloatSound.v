(* The claim for float32: what the program n5_float counts is right in every evaluation. *)
From Coq Require Import List Arith ZArith NArith Reals Lra Lia Psatz Bool.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
Import ListNotations.
From MaxOfK Require Import Network Counting Bound Folding Exact Enclosures Program Grid Sound Floats Rounding Sums
  Widths Within Attention.
Local Open Scope R_scope.

Lemma mixed_above z : 9 / 8 * IZR z <= IZR (mixed z).
Proof.
  unfold mixed. assert (A := above_unit (9 * z) (- 3)). rewrite mult_IZR in A.
  replace (bpow radix2 (- 3)) with (/ 8) in A by reflexivity. lra.
Qed.
Lemma sum_over_weighted (alpha : nat * nat -> R) g b s : (forall p, In p s -> 0 <= alpha p) ->
  (forall p, In p s -> Rabs (g p) <= b) -> Rabs (sum_over (fun p => alpha p * g p) s) <= sum_over alpha s * b.
Proof.
  intros A B. eapply Rle_trans; [apply sum_over_abs|]. rewrite sum_over_scale_r. apply sum_over_le.
  intros p Ip. rewrite Rabs_mult, (Rabs_pos_eq (alpha p)) by auto. apply Rmult_le_compat_l; auto.
Qed.

Section Model.
Variables (C : arithmetic) (M : model).
Let v := d_vocab M.
Let d := d_model M.
Let h := d_head M.
Let K := n_ctx M.
Let sQ := sizes d h (W_Q M).
Let sK := sizes d h (W_K M).
Let sV := sizes d h (W_V M).
Let sO := sizes h d (W_O M).
Let sU := sizes d v (W_U M).
Let x := input C M.
Let q := projected C M x (W_Q M) sQ.
Let k := projected C M x (W_K M) sK.
Let val := projected C M x (W_V M) sV.
Let score := fst (fst (score_sizes C M q k)).
Let score_err := snd (fst (score_sizes C M q k)).
Let shift_err := snd (score_sizes C M q k).
Let z := z_vector C M val.
Let out := fst (out_sizes C M z sO).
Let new := snd (out_sizes C M z sO).
Let final := final_sizes C M x out new.
Let errors := logit_errors C M z final sU.

Hypothesis storable_all : forallb storable [W_E M; W_pos M; W_Q M; W_K M; W_V M; W_O M; W_U M] = true.
Hypothesis d_small : (d <= 1024)%nat.
Hypothesis h_small : (h <= 1024)%nat.
Hypothesis K_small : (K <= 1024)%nat.
Hypothesis h_pos : (0 < h)%nat.
Hypothesis mQ : moderate_matrix d h sQ = true.
Hypothesis mK : moderate_matrix d h sK = true.
Hypothesis mV : moderate_matrix d h sV = true.
Hypothesis mO : moderate_matrix h d sO = true.
Hypothesis mU : moderate_matrix d v sU = true.
Hypothesis m_x : moderate_all d (computed d x) = true.
Hypothesis m_q : moderate_all h (computed h q) = true.
Hypothesis m_k : moderate_all h (computed h k) = true.
Hypothesis m_v : moderate_all h (computed h val) = true.
Hypothesis m_z : moderate_all h (computed h z) = true.
Hypothesis m_out : moderate_all d out = true.
Hypothesis m_final : moderate_all d (fst final) = true.
Hypothesis m_score : moderate score = true.
Hypothesis weight_small : (weight_error C score shift_err <= 2 ^ (unit_bits - 5))%Z.
Hypothesis total_small : (total_error_size C M <= 2 ^ (unit_bits - 4))%Z.

Lemma storable_of a : In a [W_E M; W_pos M; W_Q M; W_K M; W_V M; W_O M; W_U M] -> storable a = true.
Proof. rewrite forallb_forall in storable_all. apply storable_all. Qed.

Lemma loaded a rows cols i j : storable a = true -> moderate_matrix rows cols (sizes rows cols a) = true ->
  (i < rows)%nat -> (j < cols)%nat ->
  number (load a i j) /\ Rabs (value (load a i j)) <= bpow radix2 12 /\
  value (load a i j) = weight a i j /\ within (value (load a i j)) (at2 (sizes rows cols a) i j).
Proof.
  intros S Hm Hi Hj. assert (W := weight_within rows cols a i j Hi Hj).
  assert (B := moderate_size _ _ (moderate_matrix_at _ _ _ i j Hm Hi Hj) W).
  destruct (storable_load a i j S B) as [N E]. rewrite E. auto.
Qed.

Lemma moderate_le a b : (a <= b)%Z -> moderate b = true -> moderate a = true.
Proof. unfold moderate. rewrite !Z.leb_le. lia. Qed.

(* a product of one matrix product's entry, positions and tokens apart *)
Lemma place_split p (F : nat -> R) : sum d (fun c => residual_in M p c * F c)
  = sum d (fun c => weight (W_E M) (snd p) c * F c) + sum d (fun c => weight (W_pos M) (fst p) c * F c).
Proof. rewrite <- sum_plus. apply sum_ext. intro c. unfold residual_in. ring. Qed.

Section Sequence.
Variables (s : list (nat * nat)) (last : nat * nat) (f : values).
Hypothesis places_in : forall p, In p s -> (fst p < K)%nat /\ (snd p < v)%nat.
Hypothesis last_in : In last s.
Hypothesis length_s : length s = K.
Hypothesis E : evaluates C M s last f.

Lemma in_close p c : In p s -> (c < d)%nat ->
  close (f_in f p c) (residual_in M p c) (at1 (exact_size x) c) (at1 (error x) c).
Proof.
  intros Ip Hc. destruct (places_in p Ip) as [Hi Ht].
  assert (A := column_within v d (exponent (W_E M)) (integer (W_E M)) (snd p) c Ht Hc).
  assert (B := column_within K d (exponent (W_pos M)) (integer (W_pos M)) (fst p) c Hi Hc).
  rewrite <- weight_exact in A, B.
  set (e := at1 (column_sizes v d (exponent (W_E M)) (integer (W_E M))) c) in *.
  set (o := at1 (column_sizes K d (exponent (W_pos M)) (integer (W_pos M))) c) in *.
  assert (X : at1 (exact_size x) c = (e + o)%Z).
  { unfold x, input. cbn [exact_size]. fold v d K. rewrite at1_plus by auto. reflexivity. }
  assert (Er : at1 (error x) c = (rounded C (e + o) + 1)%Z).
  { unfold x, input. cbn [error]. fold v d K. rewrite at1_tab by auto. fold v d K.
    rewrite at1_plus by auto. reflexivity. }
  assert (Mo := moderate_all_at _ _ c m_x Hc). unfold computed in Mo. rewrite at1_plus in Mo by auto.
  rewrite X, Er in *.
  assert (W : within (residual_in M p c) (e + o)) by (apply within_plus; auto).
  assert (R := within_rounded C _ _ W).
  assert (Pe := within_size _ _ A). assert (Po := within_size _ _ B). assert (Pr := within_size _ _ R).
  assert (Me : moderate e = true) by (apply moderate_le with (2 := Mo); lia).
  assert (Mp : moderate o = true) by (apply moderate_le with (2 := Mo); lia).
  assert (Be := moderate_size _ _ Me A). assert (Bo := moderate_size _ _ Mp B).
  destruct (storable_load _ _ _ (storable_of (W_E M) ltac:(simpl; auto)) Be) as [Ne Ve].
  destruct (storable_load _ _ _ (storable_of (W_pos M) ltac:(simpl; auto)) Bo) as [No Vo].
  assert (Q : power_of_two 12 <= large) by powers.
  destruct (plus_error C _ _ _ (is_in C M s last f E p c Ip Hc) Ne No ltac:(rewrite Ve; lra) ltac:(rewrite Vo; lra))
    as [N Err].
  rewrite Ve, Vo in Err. fold (residual_in M p c) in Err.
  split; [auto|]. split; [|split; auto].
  unfold within in *. rewrite plus_IZR. assert (U := unit_bounds C).
  rewrite Rabs_mult, (Rabs_pos_eq (unit_ C)) in R by lra.
  assert (tiny <= unit) by powers. lra.
Qed.

(* a product with W_Q, W_K or W_V *)
Lemma projected_close W p j y : In W [W_E M; W_pos M; W_Q M; W_K M; W_V M; W_O M; W_U M] ->
  moderate_matrix d h (sizes d h W) = true ->
  moderate_all h (computed h (projected C M x W (sizes d h W))) = true -> In p s -> (j < h)%nat ->
  dot C d (f_in f p) (fun c => load W c j) y ->
  close y (sum d (fun c => residual_in M p c * weight W c j))
    (at1 (exact_size (projected C M x W (sizes d h W))) j) (at1 (error (projected C M x W (sizes d h W))) j).
Proof.
  intros IW Hm Hp Ip Hj D. destruct (places_in p Ip) as [Hi Ht].
  assert (Sw := storable_of W IW).
  destruct (product_off C d _ _ (residual_in M p) y (at1 (computed d x)) (at1 (error x))
    (fun c => at2 (sizes d h W) c j) D d_small) as [N Err].
  { intros c Hc. assert (Cl := in_close p c Ip Hc). repeat split; try apply Cl.
    - apply close_moderate with (1 := Cl).
    - unfold computed. rewrite at1_plus by auto. apply close_size with (1 := Cl). }
  { intros c Hc. destruct (loaded W d h c j Sw Hm Hc Hj) as (A & B & _ & G). auto. }
  rewrite (sum_ext_lt d _ (fun c => residual_in M p c * weight W c j)) in Err.
  2:{ intros c Hc. destruct (loaded W d h c j Sw Hm Hc Hj) as (_ & _ & G & _). rewrite G. reflexivity. }
  assert (Mo := moderate_all_at _ _ j Hp Hj). unfold computed in Mo. rewrite at1_plus in Mo by auto.
  split; [auto|]. split; [|split; [|exact Mo]].
  - unfold projected at 1. cbn [error]. fold h d. unfold product_error. rewrite at1_tab by auto.
    eapply within_le; [exact Err|]. apply Z.eq_le_incl. f_equal. unfold dot_above. f_equal.
    clear - Hj. apply Grid.tops_ext. intros c Hc. rewrite at1_tab by auto. reflexivity.
  - unfold projected. cbn [exact_size]. fold v d h K. rewrite at1_plus by auto. rewrite place_split.
    apply within_plus.
    + rewrite (product_exact v h d (exponent (W_E M)) (exponent W) (integer (W_E M)) (integer W)
        (fun c => weight (W_E M) (snd p) c) (fun c => weight W c j) (snd p) j) by (auto using weight_exact).
      apply column_within; auto.
    + rewrite (product_exact K h d (exponent (W_pos M)) (exponent W) (integer (W_pos M)) (integer W)
        (fun c => weight (W_pos M) (fst p) c) (fun c => weight W c j) (fst p) j) by (auto using weight_exact).
      apply column_within; auto.
Qed.

Lemma q_close j : (j < h)%nat -> close (f_q f j) (Network.q M last j) (at1 (exact_size q) j) (at1 (error q) j).
Proof.
  intro Hj. apply projected_close; auto; [simpl; auto 9|]. apply (is_q C M s last f E j Hj).
Qed.
Lemma k_close p j : In p s -> (j < h)%nat -> close (f_k f p j) (Network.k M p j) (at1 (exact_size k) j) (at1 (error k) j).
Proof.
  intros Ip Hj. apply projected_close; auto; [simpl; auto 9|]. apply (is_k C M s last f E p j Ip Hj).
Qed.
Lemma v_close p j : In p s -> (j < h)%nat -> close (f_v f p j) (Network.v M p j) (at1 (exact_size val) j) (at1 (error val) j).
Proof.
  intros Ip Hj. apply projected_close; auto; [simpl; auto 9|]. apply (is_v C M s last f E p j Ip Hj).
Qed.
Lemma score_close p : In p s -> number (f_score f p) /\
  within (value (f_score f p) - attn_score M last p) score_err /\ within (value (f_score f p)) score.
Proof.
  intro Ip. assert (D := is_product C M s last f E p Ip). fold h in D.
  destruct (product_off C h _ _ (Network.q M last) _ (at1 (computed h q)) (at1 (error q)) (at1 (computed h k)) D h_small)
    as [N Err].
  { intros j Hj. assert (Cl := q_close j Hj). repeat split; try apply Cl.
    - apply close_moderate with (1 := Cl).
    - unfold computed. rewrite at1_plus by auto. apply close_size with (1 := Cl). }
  { intros j Hj. assert (Cl := k_close p j Ip Hj). repeat split; try apply Cl.
    - apply close_moderate with (1 := Cl).
    - unfold computed. rewrite at1_plus by auto. apply close_size with (1 := Cl). }
  set (product := dot_above h (at1 (exact_size q)) (at1 (exact_size k))).
  set (product_err := (dot_above h (fun j => at1 (error q) j + summed C h (at1 (computed h q) j))%Z (at1 (computed h k)) + 1
    + dot_above h (at1 (exact_size q)) (at1 (error k)))%Z).
  set (P := sum h (fun j => Network.q M last j * Network.k M p j)).
  assert (B : within P product).
  { apply dot_above_within; intros j Hj; [apply (q_close j Hj)|apply (k_close p j Ip Hj)]. }
  assert (Off : within (value (f_product f p) - P) product_err).
  { apply within_chain with (sum h (fun j => Network.q M last j * value (f_k f p j))); [exact Err|].
    unfold P. rewrite sum_minus.
    rewrite (sum_ext h _ (fun j => Network.q M last j * (value (f_k f p j) - Network.k M p j))) by (intro; ring).
    apply dot_above_within; intros j Hj; [apply (q_close j Hj)|apply (k_close p j Ip Hj)]. }
  assert (I := inverse_root_within h h_pos).
  destruct (is_score C M s last f E p Ip) as (x' & Fx & H). fold h in H.
  destruct (flushed_number _ _ Fx N) as [Nx Ex]. destruct (H Nx) as [Ns Es].
  assert (T126 : power_of_two (-126) <= unit) by powers.
  assert (T125 : power_of_two (-125) <= unit) by powers.
  assert (Off' : within (value x' - P) (product_err + 1)).
  { replace (product_err + 1)%Z with (1 + product_err)%Z by ring.
    apply within_chain with (value (f_product f p)); auto. apply within_one. lra. }
  assert (Size' : within (value x') (product + product_err + 1)).
  { replace (product + product_err + 1)%Z with (product + (product_err + 1))%Z by ring.
    apply within_near with P; auto. }
  assert (G := within_relative (scale_error C) _ _ Size').
  set (rt := / sqrt (INR h)) in *.
  assert (Rt : 0 < rt) by (apply Rinv_0_lt_compat, sqrt_lt_R0, lt_0_INR; auto).
  assert (T : within ((Rabs (value x' - P) + Rabs (INR (scale_error C) * bpow radix2 (-24) * value x')) * rt)
    (times_above (product_err + 1 + relative (scale_error C) (product + product_err + 1)) (inverse_root h))).
  { apply within_times; auto. apply within_plus; apply within_abs; auto. }
  assert (S0 : score_err = (times_above (product_err + 1 + relative (scale_error C) (product + product_err + 1)) (inverse_root h) + 1)%Z).
  { unfold score_err, score_sizes. cbn [fst snd]. fold h. do 2 f_equal.
    assert (X : dot_above h (at1 (tab h (fun j => (at1 (error q) j + summed C h (at1 (computed h q) j))%Z))) (at1 (computed h k))
      = dot_above h (fun j => (at1 (error q) j + summed C h (at1 (computed h q) j))%Z) (at1 (computed h k))).
    { unfold dot_above. f_equal. apply Grid.tops_ext. intros j Hj. rewrite at1_tab by auto. reflexivity. }
    rewrite X. reflexivity. }
  assert (S1 : score = (times_above product (inverse_root h) + score_err)%Z) by reflexivity.
  assert (Close : within (value (f_score f p) - attn_score M last p) score_err).
  { unfold within in *. rewrite S0, plus_IZR. unfold attn_score. fold h P. unfold Rdiv in *. fold rt. fold rt in Es.
    replace (value (f_score f p) - P * rt) with ((value (f_score f p) - value x' * rt) + (value x' - P) * rt) by ring.
    eapply Rle_trans; [apply Rabs_triang|].
    rewrite (Rabs_mult (value x') rt), (Rabs_pos_eq rt) in Es by lra.
    rewrite (Rabs_mult (value x' - P) rt), (Rabs_pos_eq rt) by lra.
    rewrite Rabs_pos_eq in T.
    2:{ apply Rmult_le_pos; [|lra]. apply Rplus_le_le_0_compat; apply Rabs_pos. }
    rewrite (Rabs_mult (INR (scale_error C) * bpow radix2 (-24))) in T.
    rewrite (Rabs_pos_eq (INR (scale_error C) * bpow radix2 (-24))) in T
      by (apply Rmult_le_pos; [apply pos_INR|apply bpow_ge_0]).
    lra. }
  split; [auto|]. split; [auto|]. rewrite S1. apply within_near with (attn_score M last p); auto.
  unfold attn_score. fold h P. unfold Rdiv. fold rt. apply within_times; auto.
Qed.

Lemma total_within : Rabs ((gamma C K + INR (divide_error C) * bpow radix2 (-24)) * (1025 / 1024)) + 8 * unit
  <= IZR (total_error_size C M) * unit <= / 16.
Proof.
  split.
  - unfold total_error_size. fold K. rewrite plus_IZR, (Rmult_plus_distr_r _ 8 unit).
    apply Rplus_le_compat_r.
    assert (W : within (gamma C K * 1 + INR (divide_error C) * bpow radix2 (-24)) (summed C K one_unit + quotient_error C)).
    { apply within_plus; [apply within_summed, one_within|apply div_within]. }
    rewrite Rmult_1_r in W.
    assert (W2 := within_shift _ _ (- 10) (within_scale _ _ 1025 ltac:(lia) W)).
    replace (bpow radix2 (- 10)) with (/ 1024) in W2 by reflexivity. rewrite (Z.mul_comm 1025) in W2.
    unfold within in W2.
    replace (/ 1024 * (1025 * (gamma C K + INR (divide_error C) * bpow radix2 (-24))))
      with ((gamma C K + INR (divide_error C) * bpow radix2 (-24)) * (1025 / 1024)) in W2 by field. exact W2.
  - assert (T := total_small). apply IZR_le in T.
    apply Rle_trans with (IZR (2 ^ (unit_bits - 4)) * unit); [apply Rmult_le_compat_r; [apply bpow_ge_0|auto]|].
    change (IZR (2 ^ (unit_bits - 4))) with (bpow radix2 56). rewrite <- bpow_plus. right. reflexivity.
Qed.

(* ---- after the attention ---- *)
Variable alpha : nat * nat -> R.
Let A := sum_over alpha s.
Hypothesis alpha_pos : forall p, In p s -> 0 <= alpha p.
Hypothesis pattern_near : forall p, In p s ->
  number (f_pattern f p) /\ Rabs (value (f_pattern f p) - alpha p) <= bpow radix2 (-121).
Hypothesis A_near : Rabs (A - 1) <= IZR (total_error_size C M) * unit.

Lemma A_bounds : 15 / 16 <= A <= 9 / 8.
Proof. assert (T := proj2 total_within). assert (B := Rabs_le_inv _ _ A_near). lra. Qed.

Lemma weighted_within g b : (forall p, In p s -> within (g p) b) -> within (sum_over (fun p => alpha p * g p) s) (mixed b).
Proof.
  intro H. assert (B := A_bounds). unfold within.
  assert (N := within_nonneg _ _ (H last last_in)).
  eapply Rle_trans; [apply (sum_over_weighted alpha g (IZR b * unit)); auto|]. fold A.
  apply Rle_trans with (9 / 8 * (IZR b * unit)); [apply Rmult_le_compat_r; lra|].
  rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [apply bpow_ge_0|apply mixed_above].
Qed.

Definition exact_z j := sum_over (fun p => alpha p * Network.v M p j) s.

Lemma z_near j : (j < h)%nat -> number (f_z f j) /\
  within (value (f_z f j) - exact_z j) (at1 (error z) j) /\ within (exact_z j) (at1 (exact_size z) j).
Proof.
  intro Hj. assert (B := A_bounds).
  assert (V := fun p Ip => v_close p j Ip Hj).
  assert (Sz : within (exact_z j) (at1 (exact_size z) j)).
  { unfold z, z_vector. cbn [exact_size]. fold h. rewrite at1_tab by auto. apply weighted_within.
    intros p Ip. apply (V p Ip). }
  assert (D := is_z C M s last f E j Hj).
  assert (T121 : bpow radix2 (-121) <= / 8) by powers.
  assert (Al : forall p, In p s -> alpha p <= A) by (intros p Ip; apply (sum_over_member alpha); auto).
  destruct (dot_error C (length s) _ _ _ D ltac:(rewrite length_s; auto)) as [N Err].
  { intros i Hi. assert (Ip := nth_In s last Hi). destruct (pattern_near _ Ip) as [Np Ep]. split; auto.
    assert (P1 := alpha_pos _ Ip). assert (P2 := Al _ Ip). apply Rabs_le_inv in Ep.
    assert (2 <= bpow radix2 12) by powers. apply Rabs_le. lra. }
  { intros i Hi. assert (Ip := nth_In s last Hi). split; [apply (V _ Ip)|]. apply close_moderate with (1 := V _ Ip). }
  split; [auto|]. split; [|auto].
  rewrite (sum_nth (fun p => value (f_pattern f p) * value (f_v f p j)) last s) in Err.
  rewrite (sum_nth (fun p => Rabs (value (f_pattern f p) * value (f_v f p j))) last s) in Err.
  rewrite length_s in Err.
  set (e := at1 (error val) j) in *. set (size := at1 (computed h val) j).
  assert (Sv : forall p, In p s -> within (value (f_v f p j)) size).
  { intros p Ip. unfold size, computed. rewrite at1_plus by auto. apply close_size with (1 := V p Ip). }
  set (b := (e + summed C K size)%Z).
  assert (Hn : INR (length s) * bpow radix2 (-108) <= / 4 * unit).
  { assert (L := K_small). rewrite <- length_s in L. apply le_INR in L.
    replace (INR 1024) with 1024 in L by (rewrite INR_IZR_INZ; reflexivity).
    apply Rle_trans with (1024 * bpow radix2 (-108)); [apply Rmult_le_compat_r; [apply bpow_ge_0|auto]|powers]. }
  assert (G0 := gamma_pos C K). assert (G1 : gamma C K <= 1).
  { unfold gamma. assert (U := unit_bounds C). assert (L := K_small). apply le_INR in L.
    replace (INR 1024) with 1024 in L by (rewrite INR_IZR_INZ; reflexivity). assert (P := pos_INR K).
    assert (INR K * unit_ C <= 1024 * / 8388608) by (apply Rmult_le_compat; lra). lra. }
  (* the attention's own error times a value *)
  assert (Tiny : forall p, In p s -> Rabs ((value (f_pattern f p) - alpha p) * value (f_v f p j)) <= bpow radix2 (-108)).
  { intros p Ip. rewrite Rabs_mult. apply Rle_trans with (bpow radix2 (-121) * bpow radix2 12).
    - apply Rmult_le_compat; auto using Rabs_pos; [apply (pattern_near p Ip)|].
      apply close_moderate with (1 := V p Ip).
    - rewrite <- bpow_plus. apply bpow_le. lia. }
  assert (D1 : Rabs (sum_over (fun p => value (f_pattern f p) * value (f_v f p j)) s
    - sum_over (fun p => alpha p * value (f_v f p j)) s) <= / 4 * unit).
  { eapply Rle_trans; [apply (sum_over_close _ _ (bpow radix2 (-108)))|exact Hn].
    intros p Ip. rewrite <- Rmult_minus_distr_r. auto. }
  assert (D2 : sum_over (fun p => Rabs (value (f_pattern f p) * value (f_v f p j))) s
    <= sum_over (fun p => alpha p * Rabs (value (f_v f p j))) s + / 4 * unit).
  { assert (X : Rabs (sum_over (fun p => Rabs (value (f_pattern f p) * value (f_v f p j))) s
      - sum_over (fun p => alpha p * Rabs (value (f_v f p j))) s) <= / 4 * unit).
    { eapply Rle_trans; [apply (sum_over_close _ _ (bpow radix2 (-108)))|exact Hn]. intros p Ip.
      replace (alpha p * Rabs (value (f_v f p j))) with (Rabs (alpha p * value (f_v f p j)))
        by (rewrite Rabs_mult, (Rabs_pos_eq (alpha p)); auto).
      eapply Rle_trans; [apply Rabs_triang_inv2|]. rewrite <- Rmult_minus_distr_r. auto. }
    apply Rabs_le_inv in X. lra. }
  assert (D3 : sum_over (fun p => alpha p * value (f_v f p j)) s - exact_z j
    = sum_over (fun p => alpha p * (value (f_v f p j) - Network.v M p j)) s).
  { unfold exact_z. clear. induction s; simpl; lra. }
  assert (W : within (sum_over (fun p => alpha p * (Rabs (value (f_v f p j) - Network.v M p j)
      + gamma C K * Rabs (value (f_v f p j)))) s) (mixed b)).
  { apply weighted_within. intros p Ip. apply within_plus; [apply within_abs, (V p Ip)|].
    apply within_summed, within_abs. auto. }
  assert (W' : sum_over (fun p => alpha p * (Rabs (value (f_v f p j) - Network.v M p j)
      + gamma C K * Rabs (value (f_v f p j)))) s
    = sum_over (fun p => alpha p * Rabs (value (f_v f p j) - Network.v M p j)) s
      + gamma C K * sum_over (fun p => alpha p * Rabs (value (f_v f p j))) s).
  { rewrite <- sum_over_scale, <- sum_over_plus. apply sum_over_ext. intro. ring. }
  assert (D4 : Rabs (sum_over (fun p => alpha p * (value (f_v f p j) - Network.v M p j)) s)
    <= sum_over (fun p => alpha p * Rabs (value (f_v f p j) - Network.v M p j)) s).
  { eapply Rle_trans; [apply sum_over_abs|]. apply sum_over_le. intros p Ip.
    rewrite Rabs_mult, (Rabs_pos_eq (alpha p)) by auto. lra. }
  unfold z, z_vector. cbn [error]. fold h K. rewrite at1_tab by auto. fold e size b.
  unfold within in W |- *. rewrite W' in W. rewrite plus_IZR.
  apply (Rle_trans _ _ _ (RRle_abs _)) in W.
  set (vh := sum_over (fun p => alpha p * value (f_v f p j)) s) in *.
  replace (value (f_z f j) - exact_z j) with ((value (f_z f j) - sum_over (fun p => value (f_pattern f p) * value (f_v f p j)) s)
    + ((sum_over (fun p => value (f_pattern f p) * value (f_v f p j)) s - vh) + (vh - exact_z j))) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. eapply Rle_trans; [apply Rplus_le_compat_l, Rabs_triang|].
  rewrite D3.
  assert (gamma C K * sum_over (fun p => Rabs (value (f_pattern f p) * value (f_v f p j))) s
    <= gamma C K * (sum_over (fun p => alpha p * Rabs (value (f_v f p j))) s + / 4 * unit))
    by (apply Rmult_le_compat_l; auto).
  assert (U := unit_pos). assert (gamma C K * (/ 4 * unit) <= 1 * (/ 4 * unit)) by (apply Rmult_le_compat_r; lra).
  lra.
Qed.

Definition out_of (zs : nat -> R) c := sum h (fun j => zs j * weight (W_O M) j c).
Let computed_z j := value (f_z f j).

Lemma moved_within p c : In p s -> (c < d)%nat -> within (out_of (Network.v M p) c) (at1 (moved_size M) c).
Proof.
  intros Ip Hc. destruct (places_in p Ip) as [Hi Ht]. unfold moved_size. fold v d h K.
  rewrite at1_plus by auto.
  set (EV := fun j => sum d (fun c' => weight (W_E M) (snd p) c' * weight (W_V M) c' j)).
  set (PV := fun j => sum d (fun c' => weight (W_pos M) (fst p) c' * weight (W_V M) c' j)).
  replace (out_of (Network.v M p) c) with (sum h (fun j => EV j * weight (W_O M) j c) + sum h (fun j => PV j * weight (W_O M) j c)).
  2:{ unfold out_of. rewrite <- sum_plus. apply sum_ext. intro j. unfold Network.v. fold d. rewrite place_split.
      unfold EV, PV. ring. }
  apply within_plus.
  - rewrite (product_exact v d h (exponent (W_E M) + exponent (W_V M)) (exponent (W_O M))
      (at2 (product v h d (integer (W_E M)) (integer (W_V M)))) (integer (W_O M)) EV
      (fun j => weight (W_O M) j c) (snd p) c); auto using weight_exact.
    + apply column_within; auto.
    + intros j Hj. apply product_exact; auto using weight_exact.
  - rewrite (product_exact K d h (exponent (W_pos M) + exponent (W_V M)) (exponent (W_O M))
      (at2 (product K h d (integer (W_pos M)) (integer (W_V M)))) (integer (W_O M)) PV
      (fun j => weight (W_O M) j c) (fst p) c); auto using weight_exact.
    + apply column_within; auto.
    + intros j Hj. apply product_exact; auto using weight_exact.
Qed.

Lemma out_near c : (c < d)%nat -> number (f_attn_out f c) /\
  within (value (f_attn_out f c) - out_of computed_z c) (at1 new c) /\ within (value (f_attn_out f c)) (at1 out c).
Proof.
  intro Hc. assert (So := storable_of (W_O M) ltac:(simpl; auto 9)).
  assert (Zs : forall j, (j < h)%nat -> within (value (f_z f j)) (at1 (computed h z) j)).
  { intros j Hj. unfold computed. rewrite at1_plus by auto. destruct (z_near j Hj) as (_ & B & D).
    apply within_near with (exact_z j); auto. }
  destruct (product_off C h _ _ computed_z _ (at1 (computed h z)) (at1 (tab h (fun _ => 0%Z)))
    (fun j => at2 sO j c) (is_attn_out C M s last f E c Hc) h_small) as [N Err].
  { intros j Hj. split; [apply (z_near j Hj)|]. split.
    - apply (moderate_size _ (at1 (computed h z) j)); auto. apply (moderate_all_at h); auto.
    - split; [|auto]. unfold computed_z. rewrite Rminus_eq_0. rewrite at1_tab by auto.
      unfold within. rewrite Rabs_R0. lra. }
  { intros j Hj. destruct (loaded (W_O M) h d j c So mO Hj Hc) as (P & Q & _ & R). auto. }
  rewrite (sum_ext_lt h _ (fun j => computed_z j * weight (W_O M) j c)) in Err.
  2:{ intros j Hj. destruct (loaded (W_O M) h d j c So mO Hj Hc) as (_ & _ & G & _). rewrite G. reflexivity. }
  fold (out_of computed_z c) in Err.
  assert (X : at1 new c = (dot_above h (fun j => at1 (tab h (fun _ => 0%Z)) j + summed C h (at1 (computed h z) j))%Z
    (fun j => at2 sO j c) + 1)%Z).
  { unfold new, out_sizes. cbn [snd]. fold h d. unfold product_error. rewrite at1_tab by auto. f_equal.
    unfold dot_above. f_equal. apply Grid.tops_ext. intros j Hj. rewrite at1_tab by auto. reflexivity. }
  rewrite <- X in Err. split; [auto|]. split; [auto|].
  assert (Y : at1 out c = (mixed (at1 (moved_size M) c) + dot_above h (at1 (error z)) (fun j => at2 sO j c) + at1 new c)%Z).
  { unfold out, new, out_sizes. cbn [fst snd]. fold h d. rewrite at1_tab by auto. reflexivity. }
  rewrite Y. apply within_near with (out_of computed_z c); auto.
  apply within_near with (out_of exact_z c).
  - replace (out_of exact_z c) with (sum_over (fun p => alpha p * out_of (Network.v M p) c) s).
    + apply weighted_within. intros p Ip. apply moved_within; auto.
    + unfold out_of, exact_z. rewrite sum_over_sum. apply sum_ext. intro j. rewrite sum_over_scale_r.
      apply sum_over_ext. intro. ring.
  - unfold out_of. rewrite sum_minus.
    rewrite (sum_ext h _ (fun j => (computed_z j - exact_z j) * weight (W_O M) j c)) by (intro; ring).
    apply dot_above_within; intros j Hj; [apply (z_near j Hj)|apply weight_within; auto].
Qed.

Definition final_of c := residual_in M last c + out_of computed_z c.
Lemma final_near c : (c < d)%nat -> number (f_out f c) /\
  within (value (f_out f c) - final_of c) (at1 (snd final) c) /\ within (value (f_out f c)) (at1 (fst final) c).
Proof.
  intro Hc. assert (I := in_close last c last_in Hc). destruct (out_near c Hc) as (No & Eo & So).
  assert (Bi := close_moderate _ _ _ _ I). assert (Si := close_size _ _ _ _ I).
  assert (Bo := moderate_size _ _ (moderate_all_at _ _ c m_out Hc) So).
  assert (Q : power_of_two 12 <= large) by powers. destruct I as (Ni & Ei & _ & _).
  destruct (plus_error C _ _ _ (is_out C M s last f E c Hc) Ni No ltac:(lra) ltac:(lra)) as [N Err].
  split; [auto|]. unfold final, final_sizes. cbn [fst snd]. fold d. rewrite !at1_tab by auto.
  set (i := at1 (computed d x) c) in *.
  assert (Ii : i = (at1 (exact_size x) c + at1 (error x) c)%Z) by (unfold i, computed; apply at1_plus; auto).
  rewrite <- Ii in Si.
  set (r := value (f_in f last c)) in *. set (o := value (f_attn_out f c)) in *.
  assert (S2 : within (r + o) (i + at1 out c)) by (apply within_plus; auto).
  assert (R2 := within_rounded C _ _ S2).
  assert (Rd : within (value (f_out f c) - (r + o)) (rounded C (i + at1 out c) + 1)).
  { unfold within in *. rewrite plus_IZR. assert (U := unit_bounds C).
    rewrite Rabs_mult, (Rabs_pos_eq (unit_ C)) in R2 by lra. assert (tiny <= unit) by powers. lra. }
  split.
  - replace (at1 (error x) c + at1 new c + rounded C (i + at1 out c) + 1)%Z
      with ((rounded C (i + at1 out c) + 1) + (at1 (error x) c + at1 new c))%Z by ring.
    apply within_chain with (r + o); auto. unfold final_of.
    replace (r + o - (residual_in M last c + out_of computed_z c))
      with ((r - residual_in M last c) + (o - out_of computed_z c)) by ring.
    apply within_plus; auto.
  - replace (i + at1 out c + rounded C (i + at1 out c) + 1)%Z
      with ((i + at1 out c) + (rounded C (i + at1 out c) + 1))%Z by ring.
    apply within_near with (r + o); auto.
Qed.

Definition direct y := sum d (fun c => residual_in M last c * weight (W_U M) c y).
Lemma logit_near y : (y < v)%nat -> number (f_logit f y) /\
  within (value (f_logit f y) - (direct y + sum_over (fun p => alpha p * folded_value M p y) s)) (at1 errors y).
Proof.
  intro Hy. assert (Su := storable_of (W_U M) ltac:(simpl; auto 9)).
  destruct (product_off C d _ _ final_of _ (at1 (fst final)) (at1 (snd final)) (fun c => at2 sU c y)
    (is_logit C M s last f E y Hy) d_small) as [N Err].
  { intros c Hc. destruct (final_near c Hc) as (A1 & A2 & A3). repeat split; auto.
    apply (moderate_size _ (at1 (fst final) c)); auto. apply (moderate_all_at d); auto. }
  { intros c Hc. destruct (loaded (W_U M) d v c y Su mU Hc Hy) as (P & Q & _ & R). auto. }
  rewrite (sum_ext_lt d _ (fun c => final_of c * weight (W_U M) c y)) in Err.
  2:{ intros c Hc. destruct (loaded (W_U M) d v c y Su mU Hc Hy) as (_ & _ & G & _). rewrite G. reflexivity. }
  split; [auto|].
  set (OU := fun j => sum d (fun c => weight (W_O M) j c * weight (W_U M) c y)).
  assert (Swap : forall zs, sum d (fun c => out_of zs c * weight (W_U M) c y) = sum h (fun j => zs j * OU j)).
  { intro zs. unfold out_of, OU.
    rewrite (sum_ext d _ (fun c => sum h (fun j => zs j * (weight (W_O M) j c * weight (W_U M) c y)))).
    2:{ intro c. rewrite <- sum_scale_r. apply sum_ext. intro. ring. }
    rewrite sum_swap. apply sum_ext. intro j. apply sum_scale. }
  assert (Eq1 : sum d (fun c => final_of c * weight (W_U M) c y) = direct y + sum h (fun j => computed_z j * OU j)).
  { rewrite <- Swap. unfold direct, final_of. rewrite <- sum_plus. apply sum_ext. intro. ring. }
  assert (Eq2 : sum_over (fun p => alpha p * folded_value M p y) s = sum h (fun j => exact_z j * OU j)).
  { rewrite (sum_over_ext (fun p => alpha p * folded_value M p y) (fun p => alpha p * sum h (fun j => Network.v M p j * OU j))).
    - rewrite sum_over_sum. apply sum_ext. intro j. unfold exact_z. rewrite sum_over_scale_r. apply sum_over_ext. intro. ring.
    - intro p. f_equal. rewrite <- fold_value. fold d h. rewrite <- Swap. reflexivity. }
  unfold errors, logit_errors. fold h v d. rewrite at1_tab by auto. rewrite Z.add_comm.
  apply within_chain with (sum d (fun c => final_of c * weight (W_U M) c y)).
  - unfold product_error. rewrite at1_tab by auto. eapply within_le; [exact Err|].
    apply Z.eq_le_incl. f_equal. unfold dot_above. f_equal. apply Grid.tops_ext. intros c Hc.
    rewrite at1_tab by auto. reflexivity.
  - rewrite Eq1, Eq2.
    replace (direct y + sum h (fun j => computed_z j * OU j) - (direct y + sum h (fun j => exact_z j * OU j)))
      with (sum h (fun j => computed_z j * OU j) - sum h (fun j => exact_z j * OU j)) by ring.
    rewrite sum_minus. rewrite (sum_ext h _ (fun j => (computed_z j - exact_z j) * OU j)) by (intro; ring).
    apply dot_above_within; intros j Hj; [apply (z_near j Hj)|].
    unfold OU. rewrite (product_exact h v d (exponent (W_O M)) (exponent (W_U M)) (integer (W_O M)) (integer (W_U M))
      (fun c => weight (W_O M) j c) (fun c => weight (W_U M) c y) j y) by (auto using weight_exact).
    apply dyadic_within.
Qed.

(* two logits *)
Lemma difference_near y m : (y < v)%nat -> (m < v)%nat ->
  number (f_logit f y) /\ number (f_logit f m) /\
  value (f_logit f y) - value (f_logit f m) <= sum_over (fun p => alpha p * (folded_value M p y - folded_value M p m
    + (direct y - direct m) + IZR (mixed (difference_error C M x errors sU)) * unit)) s.
Proof.
  intros Hy Hm. destruct (logit_near y Hy) as [Ny Ey]. destruct (logit_near m Hm) as [Nm Em].
  split; [auto|]. split; [auto|].
  assert (B := A_bounds). assert (U := unit_pos).
  set (top := largest_of (at1 errors) (seq 0 v)).
  assert (Ty := largest_of_above (at1 errors) (seq 0 v) y ltac:(apply in_seq; lia)).
  assert (Tm := largest_of_above (at1 errors) (seq 0 v) m ltac:(apply in_seq; lia)). fold top in Ty, Tm.
  set (far := largest_of (fun t => dot_above d (at1 (exact_size x)) (fun c => at2 sU c t)) (seq 0 v)).
  assert (Far : forall t, (t < v)%nat -> within (direct t) far).
  { intros t Ht. eapply within_le.
    - apply (dot_above_within d (residual_in M last) (fun c => weight (W_U M) c t) (at1 (exact_size x)) (fun c => at2 sU c t)).
      + intros c Hc. apply (in_close last c last_in Hc).
      + intros c Hc. apply weight_within; auto.
    - apply (largest_of_above (fun t => dot_above d (at1 (exact_size x)) (fun c => at2 sU c t))). apply in_seq. lia. }
  assert (Kw : within (1 - A) (total_error_size C M)).
  { unfold within. rewrite Rabs_minus_sym. exact A_near. }
  assert (Ky := within_times _ _ _ _ Kw (Far y Hy)). assert (Km := within_times _ _ _ _ Kw (Far m Hm)).
  set (e := difference_error C M x errors sU).
  assert (Ee : e = (2 * top + 2 * times_above (total_error_size C M) far)%Z).
  { unfold e, difference_error. fold v d. reflexivity. }
  assert (Ey' := within_le _ _ _ Ey Ty). assert (Em' := within_le _ _ _ Em Tm).
  unfold within in Ey', Em', Ky, Km.
  apply Rabs_le_inv in Ey'. apply Rabs_le_inv in Em'. apply Rabs_le_inv in Ky. apply Rabs_le_inv in Km.
  assert (Tot : value (f_logit f y) - value (f_logit f m)
    <= sum_over (fun p => alpha p * folded_value M p y) s - sum_over (fun p => alpha p * folded_value M p m) s
      + A * (direct y - direct m) + IZR e * unit).
  { rewrite Ee, plus_IZR, !mult_IZR. lra. }
  assert (E0 : 0 <= IZR e * unit).
  { rewrite Ee, plus_IZR, !mult_IZR. lra. }
  assert (Mi := mixed_above e).
  assert (Big : IZR e * unit <= A * (IZR (mixed e) * unit)).
  { apply Rle_trans with (15 / 16 * (9 / 8 * (IZR e * unit))); [lra|].
    apply Rle_trans with (A * (9 / 8 * (IZR e * unit))).
    - apply Rmult_le_compat_r; lra.
    - apply Rmult_le_compat_l; [lra|]. rewrite <- Rmult_assoc. apply Rmult_le_compat_r; lra. }
  eapply Rle_trans; [exact Tot|].
  set (D := IZR (mixed e) * unit) in *. set (g := direct y - direct m) in *.
  assert (Split : sum_over (fun p => alpha p * (folded_value M p y - folded_value M p m + g + D)) s
    = sum_over (fun p => alpha p * folded_value M p y) s - sum_over (fun p => alpha p * folded_value M p m) s + A * g + A * D).
  { unfold A. clear. induction s; simpl; lra. }
  rewrite Split. lra.
Qed.
End Sequence.
Let error_ := difference_error C M x errors sU.
Let Y := IZR (above2 (17 * weight_error C score shift_err) (- 4 - (unit_bits - fraction))) * bpow radix2 (- fraction).
Let D := IZR (above2 (mixed error_) (- (unit_bits - fraction))) * bpow radix2 (- fraction).

Lemma spread_enough y : y = spread_ C score shift_err -> 0 <= y <= / 32 -> y <= Y /\ / (1 - y) <= 1 + Y.
Proof.
  intros Ey B. assert (A : 17 / 16 * y <= Y).
  { assert (S := above_unit (17 * weight_error C score shift_err) (- 4 - (unit_bits - fraction))).
    rewrite mult_IZR in S. replace (bpow radix2 (- 4 - (unit_bits - fraction))) with (/ 16 * bpow radix2 (-40)) in S
      by (replace (/ 16) with (bpow radix2 (-4)) by reflexivity; rewrite <- bpow_plus; reflexivity).
    unfold Y. rewrite Ey. unfold spread_.
    apply Rle_trans with (17 * IZR (weight_error C score shift_err) * (/ 16 * bpow radix2 (-40)) * bpow radix2 (- fraction)).
    - right. replace unit with (bpow radix2 (-40) * bpow radix2 (- fraction)) by (rewrite <- bpow_plus; reflexivity). field.
    - apply Rmult_le_compat_r; [apply bpow_ge_0|exact S]. }
  split; [lra|]. apply Rmult_le_reg_r with (1 - y); [lra|]. rewrite Rinv_l by lra. nra.
Qed.
Lemma width_enough : IZR (mixed error_) * unit <= D.
Proof.
  unfold D. assert (S := above_unit (mixed error_) (- (unit_bits - fraction))).
  replace unit with (bpow radix2 (- (unit_bits - fraction)) * bpow radix2 (- fraction)) by (rewrite <- bpow_plus; reflexivity).
  rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [apply bpow_ge_0|exact S].
Qed.

Lemma sequence_right t r : length r = Nat.pred K -> (0 < K)%nat -> Forall (fun i => (i < v)%nat) (t :: r) ->
  right_by M (wide_term M Y D) (t :: r) = true -> right_in_every C M (t :: r).
Proof.
  intros L Kp F R. unfold right_in_every. cbn [places]. rewrite L. set (n := Nat.pred K) in *.
  change ((n, t) :: places r) with (all n t r). intros f E y Hy Ny.
  set (s := all n t r) in *. set (m := largest (t :: r)) in *.
  assert (Pl : forall r', Forall (fun i => (i < v)%nat) r' -> forall p, In p (places r') ->
    (fst p < length r')%nat /\ (snd p < v)%nat).
  { induction r' as [|a r' IH]; intros Fr p I; [destruct I|]. inversion Fr; subst. cbn [places length] in *.
    destruct I as [<-|I]; [cbn [fst snd]; split; [lia|auto]|]. destruct (IH H2 p I). split; [lia|auto]. }
  assert (Len : length (t :: r) = K) by (cbn [length]; unfold n in L; lia).
  assert (PI : forall p, In p s -> (fst p < K)%nat /\ (snd p < v)%nat).
  { intros p I. rewrite <- Len. apply (Pl (t :: r) F). cbn [places]. rewrite L. exact I. }
  assert (LI : In (n, t) s) by (left; reflexivity).
  assert (LP : forall r', length (places r') = length r') by (induction r'; simpl; auto).
  assert (LS : length s = K) by (unfold s, all; cbn [length]; rewrite LP; exact Len).
  assert (Hm : (m < v)%nat).
  { assert (Vp : (0 < v)%nat) by (inversion F; lia). unfold m. clear - F Vp.
    induction F as [|b l Hb F IH]; [exact Vp|]. change (largest (b :: l)) with (Nat.max b (largest l)). lia. }
  assert (Ne : s <> []) by discriminate.
  assert (Sc := score_close s (n, t) f PI LI LS E).
  destruct (attention C s (n, t) f (attn_score M (n, t)) score score_err shift_err ltac:(rewrite LS; exact K_small)
    Sc m_score eq_refl weight_small (is_shifted C M s (n, t) f E) (is_power C M s (n, t) f E)
    (is_total C M s (n, t) f E) (is_pattern C M s (n, t) f E) Ne) as (c & alpha & Cp & B & Al & Near & Sum).
  destruct (spread_enough _ eq_refl B) as [Y1 Y2]. set (y0 := spread_ C score shift_err) in *.
  assert (Wp : forall p, 0 < exp (attn_score M (n, t) p)) by (intro; apply exp_pos).
  assert (Ap : forall p, In p s -> 0 <= alpha p).
  { intros p I. destruct (Al p I) as [A1 _]. eapply Rle_trans; [|exact A1].
    apply Rmult_le_pos; [lra|]. left. apply Rmult_lt_0_compat; auto. }
  rewrite LS in Sum.
  assert (An : Rabs (sum_over alpha s - 1) <= IZR (total_error_size C M) * unit).
  { eapply Rle_trans; [exact Sum|]. assert (T := proj1 (total_within s LS)).
    rewrite Rabs_pos_eq in T; [exact T|]. apply Rmult_le_pos; [|lra].
    apply Rplus_le_le_0_compat; [apply gamma_pos|]. apply Rmult_le_pos; [apply pos_INR|apply bpow_ge_0]. }
  destruct (difference_near s (n, t) f PI LI LS E alpha Ap Near An y m Hy Hm) as (N1 & N2 & Diff).
  split; [exact N1|]. split; [exact N2|].
  (* the widened terms add up to less than 0 *)
  unfold right_by, right_answer in R. fold m in R. rewrite forallb_forall in R.
  assert (Ry := R y ltac:(apply in_seq; unfold v in Hy; lia)).
  apply orb_prop in Ry. destruct Ry as [Ry|Ry]; [apply Nat.eqb_eq in Ry; congruence|].
  unfold less in Ry. destruct (Rlt_dec _ 0) as [Neg|]; [|discriminate].
  change (Nat.pred (n_ctx M)) with n in Neg. fold s in Neg.
  assert (Le : sum_over (fun p => alpha p * (folded_value M p y - folded_value M p m
      + (direct (n, t) y - direct (n, t) m) + IZR (mixed error_) * unit)) s
    <= c * sum_over (wide_term M Y D t m y) s).
  { rewrite <- sum_over_scale. apply sum_over_le. intros p I. destruct (Al p I) as [A1 A2].
    assert (P := Ap p I). assert (W := width_enough). unfold wide_term.
    change (EU M t y) with (direct (n, t) y). change (EU M t m) with (direct (n, t) m).
    set (g := folded_value M p y - folded_value M p m + (direct (n, t) y - direct (n, t) m)).
    assert (Fw : folded_weight M t p = exp (attn_score M (n, t) p)).
    { unfold folded_weight. rewrite <- fold_score. reflexivity. }
    rewrite Fw. set (w := exp (attn_score M (n, t) p)) in *. assert (Pw : 0 < w) by apply exp_pos.
    apply Rle_trans with (alpha p * (g + D)); [apply Rmult_le_compat_l; lra|].
    assert (Pc : 0 < c * w) by (apply Rmult_lt_0_compat; auto).
    destruct (Rle_or_lt 0 (g + D)) as [G|G].
    - apply Rle_trans with (c * ((1 + Y) * w * (g + D))).
      + replace (c * ((1 + Y) * w * (g + D))) with ((1 + Y) * (c * w) * (g + D)) by ring.
        apply Rmult_le_compat_r; [auto|]. eapply Rle_trans; [exact A2|]. apply Rmult_le_compat_r; lra.
      + apply Rmult_le_compat_l; [lra|]. apply Rmax_r.
    - apply Rle_trans with (c * ((1 - Y) * w * (g + D))).
      + replace (c * ((1 - Y) * w * (g + D))) with ((1 - Y) * (c * w) * (g + D)) by ring.
        rewrite (Rmult_comm (alpha p)), (Rmult_comm ((1 - Y) * (c * w))). apply Rmult_le_compat_neg_l; [lra|]. eapply Rle_trans; [|exact A1]. apply Rmult_le_compat_r; lra.
      + apply Rmult_le_compat_l; [lra|]. apply Rmax_l. }
  fold error_ in Diff.
  assert (c * sum_over (wide_term M Y D t m y) s < 0) by nra. lra.
Qed.
End Model.

(* ---- sequences are listed once ---- *)
Lemma nodup_app {A} (l l' : list A) : NoDup l -> NoDup l' -> (forall a, In a l -> ~ In a l') -> NoDup (l ++ l').
Proof.
  induction 1 as [|a l Ha Hl IH]; intros H' D; [exact H'|]. simpl. constructor.
  - rewrite in_app_iff. intros [I|I]; [auto|]. apply (D a); simpl; auto.
  - apply IH; auto. intros b I. apply D. simpl. auto.
Qed.
Lemma seqs_nodup v n : NoDup (seqs v n).
Proof.
  induction n as [|n IH]; [repeat constructor; auto|]. cbn [seqs].
  induction IH as [|s l Hs Hl IH']; [constructor|]. cbn [flat_map]. apply nodup_app; auto.
  - clear IH'. assert (X := seq_NoDup v 0). induction X as [|t r Ht Hr IHr]; [constructor|]. cbn [map]. constructor; [|exact IHr].
    intro I. apply in_map_iff in I. destruct I as (t' & Q & I). inversion Q; subst. auto.
  - intros a I J. apply in_map_iff in I. destruct I as (t & <- & _). apply in_flat_map in J.
    destruct J as (s' & I' & J). apply in_map_iff in J. destruct J as (t' & Q & _). inversion Q; subst. auto.
Qed.

(* The program's number, for any model, class and hints, is at most the number of sequences that every
   evaluation of the class answers right. *)
Theorem n5_float_right (C : arithmetic) (M : model) (hints_ : hints) :
  at_least_right_in_every C M (n5_float C M hints_).
Proof.
  unfold n5_float. destruct (float_slack C M) as [fine sl] eqn:Fs.
  destruct (fine && _ && _)%bool eqn:Fine.
  2:{ exists []. split; [constructor|]. split; [apply N.le_0_l|]. intros s []. }
  apply andb_prop in Fine. destruct Fine as [Fine S2]. apply andb_prop in Fine. destruct Fine as [Fine S1].
  apply Z.leb_le in S1, S2.
  exists (filter (right_by M (wide_term M (IZR (spread sl) * bpow radix2 (- fraction))
    (IZR (width sl) * bpow radix2 (- fraction)))) (seqs (d_vocab M) (n_ctx M))).
  split; [apply NoDup_filter, seqs_nodup|]. split.
  - apply (n5_with_right sl M hints_). auto.
  - intros s I. apply filter_In in I. destruct I as [I R]. split; [exact I|].
    unfold float_slack in Fs.
    destruct (score_sizes C M _ _) as [[score score_err] shift_err] eqn:Es.
    destruct (out_sizes C M _ _) as [out new] eqn:Eo.
    assert (F1 := f_equal fst Fs). assert (F2 := f_equal snd Fs). cbn [fst snd] in F1, F2. clear Fs.
    rewrite Fine in F1. do 20 (apply andb_prop in F1; let H := fresh "H" in destruct F1 as [F1 H]).
    apply in_seqs in I. destruct I as [Ls Fv].
    destruct s as [|t r]; [discriminate|].
    assert (Kp : (0 < n_ctx M)%nat) by (cbn [length] in Ls; rewrite <- Ls; apply Nat.lt_0_succ).
    apply sequence_right; rewrite ?Es, ?Eo; cbn [fst snd]; auto;
      try (apply Nat.leb_le; assumption); try (apply Nat.ltb_lt; assumption); try (apply Z.leb_le; assumption).
    + cbn [length] in Ls. rewrite <- Ls. reflexivity.
    + rewrite <- F2 in R. exact R.
Qed.

(* How a certificate is proved: one computation. *)
Corollary float_certificate (C : arithmetic) (M : model) (h : hints) (number : N) :
  (number <=? n5_float C M h)%N = true -> at_least_right_in_every C M number.
Proof.
  intro H. apply N.leb_le in H. destruct (n5_float_right C M h) as (l & A & B & D).
  exists l. split; [exact A|]. split; [|exact D]. eapply N.le_trans; [exact H|exact B].
Qed.
