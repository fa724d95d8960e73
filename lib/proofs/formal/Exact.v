(* The folded tables as exact integers over a power of two. *)
From Coq Require Import Reals List ZArith Arith Lia Lra.
Import ListNotations.
From MaxOfK Require Import Network Folding.

(* ---- lists as tables of functions ---- *)
Definition tab {A} (n : nat) (f : nat -> A) : list A := map f (seq 0 n).
Definition at1 (l : list Z) i : Z := nth i l 0%Z.
Definition at2 (a : list (list Z)) i j : Z := nth j (nth i a []) 0%Z.

Lemma nth_tab {A} n (f : nat -> A) i z : i < n -> nth i (tab n f) z = f i.
Proof.
  intro H. unfold tab. rewrite nth_indep with (d' := f 0) by (rewrite map_length, seq_length; auto).
  rewrite map_nth, seq_nth; auto.
Qed.
Lemma at1_tab n f i : i < n -> at1 (tab n f) i = f i.
Proof. apply nth_tab. Qed.
Lemma at2_tab n m f i j : i < n -> j < m -> at2 (tab n (fun i => tab m (f i))) i j = f i j.
Proof. intros Hi Hj. unfold at2. rewrite (nth_tab n) by auto. apply nth_tab. auto. Qed.

(* ---- matrix products ---- *)
Local Open Scope Z_scope.
Fixpoint sumz (n : nat) (f : nat -> Z) : Z := match n with O => 0 | S k => sumz k f + f k end.
Definition product (n m k : nat) (f g : nat -> nat -> Z) : list (list Z) :=
  tab n (fun i => tab m (fun j => sumz k (fun l => f i l * g l j))).

Record tables := { zEU : list (list Z); zEQK : list (list Z); zEQP : list (list Z);
  zEVOU : list (list Z); zPVOU : list (list Z) }.

Definition exact_tables (M : model) : tables :=
  let v := d_vocab M in let d := d_model M in let dh := d_head M in let K := n_ctx M in
  let input := tab v (fun t => tab d (fun c => integer (W_E M) t c + integer (W_pos M) (pred K) c)) in
  let Q := product v dh d (at2 input) (integer (W_Q M)) in
  let QK := product v d dh (at2 Q) (fun j c => integer (W_K M) c j) in
  let OU := product dh v d (integer (W_O M)) (integer (W_U M)) in
  let VOU := product d v dh (integer (W_V M)) (at2 OU) in
  {| zEU := product v v d (at2 input) (integer (W_U M));
     zEQK := product v v d (at2 QK) (fun c t => integer (W_E M) t c);
     zEQP := product v K d (at2 QK) (fun c i => integer (W_pos M) i c);
     zEVOU := product v v d (integer (W_E M)) (at2 VOU);
     zPVOU := product K v d (integer (W_pos M)) (at2 VOU) |}.

(* exponents of the tables; W_E and W_pos share one, see [fits] *)
Definition eEU (M : model) := (exponent (W_E M) + exponent (W_U M))%nat.
Definition eQK (M : model) :=
  (exponent (W_E M) + exponent (W_Q M) + exponent (W_K M) + exponent (W_E M))%nat.
Definition eVOU (M : model) :=
  (exponent (W_E M) + (exponent (W_V M) + (exponent (W_O M) + exponent (W_U M))))%nat.

Local Open Scope R_scope.
Definition dyadic (e : nat) (z : Z) : R := IZR z / 2 ^ e.

Lemma two_pow_pos e : 0 < 2 ^ e.
Proof. apply pow_lt. lra. Qed.

Lemma sum_ext_lt n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof. induction n; simpl; intro H; auto. rewrite H, IHn by auto. auto. Qed.

Lemma dot_exact n a b f g :
  sum n (fun i => dyadic a (f i) * dyadic b (g i))
  = dyadic (a + b) (sumz n (fun i => (f i * g i)%Z)).
Proof.
  assert (A := two_pow_pos a). assert (B := two_pow_pos b). unfold dyadic. rewrite pow_add.
  induction n as [|n IH]; simpl.
  - field. lra.
  - rewrite IH, plus_IZR, mult_IZR. field. lra.
Qed.

Lemma product_exact n m k a b f g F G i j : (i < n)%nat -> (j < m)%nat ->
  (forall l, (l < k)%nat -> F l = dyadic a (f i l)) ->
  (forall l, (l < k)%nat -> G l = dyadic b (g l j)) ->
  sum k (fun l => F l * G l) = dyadic (a + b) (at2 (product n m k f g) i j).
Proof.
  intros Hi Hj HF HG. unfold product.
  rewrite (at2_tab n m (fun i j => sumz k (fun l => (f i l * g l j)%Z))) by auto.
  rewrite <- dot_exact. apply sum_ext_lt. intros l Hl. rewrite HF, HG by auto. reflexivity.
Qed.

Section Tables.
Variable M : model.
Hypothesis one_exponent : exponent (W_pos M) = exponent (W_E M).
Let v := d_vocab M.
Let d := d_model M.
Let K := n_ctx M.
Let T := exact_tables M.

Lemma weight_exact a i j : weight a i j = dyadic (exponent a) (integer a i j).
Proof. reflexivity. Qed.

Lemma input_exact t c : (t < v)%nat -> (c < d)%nat ->
  residual_in M (pred K, t) c = dyadic (exponent (W_E M)) (at2 (tab v (fun t => tab d (fun c =>
    (integer (W_E M) t c + integer (W_pos M) (pred K) c)%Z))) t c).
Proof.
  intros Ht Hc.
  rewrite (at2_tab v d (fun t c => (integer (W_E M) t c + integer (W_pos M) (pred K) c)%Z)) by auto.
  unfold residual_in, weight, dyadic. cbn [fst snd]. rewrite one_exponent, plus_IZR.
  field. assert (P := two_pow_pos (exponent (W_E M))). lra.
Qed.

Lemma EU_exact t x : (t < v)%nat -> (x < v)%nat -> EU M t x = dyadic (eEU M) (at2 (zEU T) t x).
Proof.
  intros Ht Hx. unfold EU, eEU. apply product_exact; auto.
  intros c Hc. apply input_exact; auto.
Qed.

Lemma QK_exact t c : (t < v)%nat -> (c < d)%nat ->
  QK M t c = dyadic (exponent (W_E M) + exponent (W_Q M) + exponent (W_K M))
    (at2 (product v d (d_head M) (at2 (product v (d_head M) d (at2 (tab v (fun t => tab d (fun c =>
      (integer (W_E M) t c + integer (W_pos M) (pred K) c)%Z)))) (integer (W_Q M))))
      (fun j c => integer (W_K M) c j)) t c).
Proof.
  intros Ht Hc. unfold QK. apply product_exact; auto. intros j Hj. unfold q.
  apply product_exact; auto. intros c' Hc'. apply input_exact; auto.
Qed.

Lemma EQK_exact t t' : (t < v)%nat -> (t' < v)%nat ->
  EQK M t t' = dyadic (eQK M) (at2 (zEQK T) t t').
Proof.
  intros Ht Ht'. unfold EQK, eQK.
  rewrite (sum_ext _ _ (fun c => QK M t c * weight (W_E M) t' c)) by (intro; ring).
  apply product_exact; auto. intros c Hc. apply QK_exact; auto.
Qed.

Lemma EQP_exact t i : (t < v)%nat -> (i < K)%nat ->
  EQP M t i = dyadic (eQK M) (at2 (zEQP T) t i).
Proof.
  intros Ht Hi. unfold EQP, eQK.
  rewrite (sum_ext _ _ (fun c => QK M t c * weight (W_pos M) i c)) by (intro; ring).
  apply product_exact; auto.
  - intros c Hc. apply QK_exact; auto.
  - intros c Hc. rewrite weight_exact, one_exponent. reflexivity.
Qed.

Lemma VOU_exact c x : (c < d)%nat -> (x < v)%nat ->
  VOU M c x = dyadic (exponent (W_V M) + (exponent (W_O M) + exponent (W_U M)))
    (at2 (product d v (d_head M) (integer (W_V M))
      (at2 (product (d_head M) v d (integer (W_O M)) (integer (W_U M))))) c x).
Proof.
  intros Hc Hx. unfold VOU. apply product_exact; auto. intros j Hj. apply product_exact; auto.
Qed.

Lemma EVOU_exact t x : (t < v)%nat -> (x < v)%nat ->
  EVOU M t x = dyadic (eVOU M) (at2 (zEVOU T) t x).
Proof.
  intros Ht Hx. unfold EVOU, eVOU. apply product_exact; auto. intros c Hc. apply VOU_exact; auto.
Qed.

Lemma PVOU_exact i x : (i < K)%nat -> (x < v)%nat ->
  PVOU M i x = dyadic (eVOU M) (at2 (zPVOU T) i x).
Proof.
  intros Hi Hx. unfold PVOU, eVOU. apply product_exact; auto.
  - intros c Hc. rewrite weight_exact, one_exponent. reflexivity.
  - intros c Hc. apply VOU_exact; auto.
Qed.
End Tables.
