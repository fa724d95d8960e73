(* The claim for programs in float32. Whoever doubts a certificate of it reads this file after
   Network.v; coqc has checked everything else.

   What a program may compute that runs the model of Network.v in float32: every sum in any order and
   grouping, products rounded or fused, subnormal numbers flushed to zero or not, and exponentials,
   quotients and the scores' scale as near as a class of arithmetic promises. The order of stages is
   TransformerLens' at the last position; the softmax subtracts the largest score. *)
From Coq Require Import List Arith ZArith Reals Permutation.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
Import ListNotations.
From MaxOfK Require Import Network.
Local Open Scope R_scope.

(* ---- numbers: IEEE 754's binary32 with infinities and NaN, as Flocq defines them ---- *)
#[export] Instance precision_positive : Prec_gt_0 24 := eq_refl.
#[export] Instance precision_below : Prec_lt_emax 24 128 := eq_refl.
Definition float := binary_float 24 128.
Definition number (x : float) : Prop := is_finite x = true. (* neither infinite nor NaN *)
Definition value (x : float) : R := B2R x.

(* ---- single operations ---- *)
(* Errors are relative, in units of 2^-24 (half an ulp of a result between 1 and 2). *)
Record arithmetic := {
  nearest : bool; (* sums and products go to the nearest float; else to either neighbour *)
  exp_error : nat; exp_slope : nat; (* e^x: exp_error + exp_slope |x| *)
  divide_error : nat;
  scale_error : nat (* of the division by sqrt d_head, its rounded constant included *)
}.
(* PyTorch on CPUs, and on CUDA without TF32; what WGSL and Vulkan promise *)
Definition ieee := {| nearest := true; exp_error := 4; exp_slope := 0; divide_error := 4; scale_error := 4 |}.
Definition wgsl := {| nearest := false; exp_error := 6; exp_slope := 4; divide_error := 5; scale_error := 8 |}.

(* a number below 2^-126 may be flushed to a zero of either sign *)
Definition flushed (x y : float) : Prop :=
  y = x \/ (number x /\ Rabs (value x) < bpow radix2 (-126) /\ exists s, y = B754_zero s).

Section Class.
Variable C : arithmetic.

Definition allowed (m : mode) : Prop := nearest C = true -> m = mode_NE.
Definition by_operation (op : mode -> float -> float -> float) (x y z : float) : Prop :=
  exists m x' y', allowed m /\ flushed x x' /\ flushed y y' /\ flushed (op m x' y') z.
Definition plus := by_operation Bplus.
Definition minus := by_operation Bminus.
Definition times := by_operation Bmult.
Definition times_plus (x y a z : float) : Prop := (* fused: x y + a, rounded once *)
  exists m x' y' a', allowed m /\ flushed x x' /\ flushed y y' /\ flushed a a' /\
    flushed (Bfma m x' y' a') z.

(* y is a number, near to an exact one; below the least normal number that means nearly 0 *)
Definition near (error exact : R) (y : float) : Prop :=
  number y /\ Rabs (value y - exact) <= error * bpow radix2 (-24) * Rabs exact + bpow radix2 (-125).
(* where e^x or a quotient would overflow they may be anything *)
Definition exponential (x y : float) : Prop := exists x', flushed x x' /\
  (number x' -> value x' <= 88 -> 0 <= value y /\
    near (INR (exp_error C) + INR (exp_slope C) * Rabs (value x')) (exp (value x')) y).
Definition quotient (x y z : float) : Prop := exists x' y', flushed x x' /\ flushed y y' /\
  (number x' -> number y' -> bpow radix2 (-126) <= Rabs (value y') <= bpow radix2 126 ->
    Rabs (value x' / value y') <= bpow radix2 126 ->
    near (INR (divide_error C)) (value x' / value y') z).
Definition scaled (dh : nat) (x y : float) : Prop := exists x', flushed x x' /\
  (number x' -> near (INR (scale_error C)) (value x' / sqrt (INR dh)) y).

(* ---- sums in any order ---- *)
(* y may be computed for the sum of the leaves with these numbers: a binary tree of additions, where a
   leaf may be fused onto a partial sum. A sum that starts from 0 has the same values. *)
Inductive added (leaf : nat -> float -> Prop) (onto : nat -> float -> float -> Prop) : list nat -> float -> Prop :=
  | one i y : leaf i y -> added leaf onto [i] y
  | two l l' a b y : added leaf onto l a -> added leaf onto l' b -> plus a b y -> added leaf onto (l ++ l') y
  | fused i l a y : added leaf onto l a -> onto i a y -> added leaf onto (i :: l) y.
Definition in_any_order leaf onto (n : nat) (y : float) : Prop :=
  exists l, Permutation l (seq 0 n) /\ added leaf onto l y.

Definition total (n : nat) (x : nat -> float) : float -> Prop :=
  in_any_order (fun i y => y = x i) (fun _ _ _ => False) n.
Definition dot (n : nat) (x w : nat -> float) : float -> Prop :=
  in_any_order (fun i y => times (x i) (w i) y \/ exists s, times_plus (x i) (w i) (B754_zero s) y)
    (fun i a y => times_plus (x i) (w i) a y) n.

(* ---- the forward pass ---- *)
(* the float32 nearest to a weight; float32 weights are themselves *)
Definition load (a : matrix) (i j : nat) : float :=
  binary_normalize 24 128 precision_positive precision_below mode_NE
    (integer a i j) (- Z.of_nat (exponent a)) false.

(* everything that a program computes for one sequence; places are (position, token) *)
Record values := {
  f_in : nat * nat -> nat -> float; (* residual stream before the attention *)
  f_q : nat -> float; f_k : nat * nat -> nat -> float; f_v : nat * nat -> nat -> float;
  f_product : nat * nat -> float; f_score : nat * nat -> float;
  f_shifted : nat * nat -> float; f_power : nat * nat -> float; f_total : float;
  f_pattern : nat * nat -> float;
  f_z : nat -> float; f_attn_out : nat -> float; f_out : nat -> float; f_logit : nat -> float
}.

Record evaluates (M : model) (s : list (nat * nat)) (last : nat * nat) (f : values) : Prop := {
  is_in p c : In p s -> (c < d_model M)%nat ->
    plus (load (W_E M) (snd p) c) (load (W_pos M) (fst p) c) (f_in f p c);
  is_q j : (j < d_head M)%nat ->
    dot (d_model M) (f_in f last) (fun c => load (W_Q M) c j) (f_q f j);
  is_k p j : In p s -> (j < d_head M)%nat ->
    dot (d_model M) (f_in f p) (fun c => load (W_K M) c j) (f_k f p j);
  is_v p j : In p s -> (j < d_head M)%nat ->
    dot (d_model M) (f_in f p) (fun c => load (W_V M) c j) (f_v f p j);
  is_product p : In p s -> dot (d_head M) (f_q f) (f_k f p) (f_product f p);
  is_score p : In p s -> scaled (d_head M) (f_product f p) (f_score f p);
  is_shifted : exists top, In top s /\
    (forall p, In p s -> value (f_score f p) <= value (f_score f top)) /\
    (forall p, In p s -> minus (f_score f p) (f_score f top) (f_shifted f p));
  is_power p : In p s -> exponential (f_shifted f p) (f_power f p);
  is_total : total (length s) (fun i => f_power f (nth i s last)) (f_total f);
  is_pattern p : In p s -> quotient (f_power f p) (f_total f) (f_pattern f p);
  is_z j : (j < d_head M)%nat ->
    dot (length s) (fun i => f_pattern f (nth i s last)) (fun i => f_v f (nth i s last) j) (f_z f j);
  is_attn_out c : (c < d_model M)%nat ->
    dot (d_head M) (f_z f) (fun j => load (W_O M) j c) (f_attn_out f c);
  is_out c : (c < d_model M)%nat -> plus (f_in f last c) (f_attn_out f c) (f_out f c);
  is_logit x : (x < d_vocab M)%nat ->
    dot (d_model M) (f_out f) (fun c => load (W_U M) c x) (f_logit f x)
}.

(* The largest token's logit is above every other token's, in every evaluation. *)
Definition right_in_every (M : model) (s : list nat) : Prop :=
  match places s with
  | [] => False
  | last :: _ => forall f, evaluates M (places s) last f ->
      forall x, (x < d_vocab M)%nat -> x <> largest s ->
        number (f_logit f x) /\ number (f_logit f (largest s)) /\
        value (f_logit f x) < value (f_logit f (largest s))
  end.

(* so many different sequences are *)
Definition at_least_right_in_every (M : model) (n : N) : Prop :=
  exists l, NoDup l /\ (n <= N.of_nat (length l))%N /\
    forall s, In s l -> In s (seqs (d_vocab M) (n_ctx M)) /\ right_in_every M s.
End Class.
