(* The claim. Whoever doubts a certificate reads this file, the certificate's weights and its last
   lines; coqc has checked everything else.

   A Max-of-K model (one layer, one head, attention only) over the real numbers, and how many
   sequences it answers rightly. *)
From Coq Require Import List Arith ZArith Reals Bool.
Import ListNotations.
Local Open Scope R_scope.

(* f 0 + ... + f (n - 1), and the sum of f over a list *)
Fixpoint sum (n : nat) (f : nat -> R) : R :=
  match n with O => 0 | S k => sum k f + f k end.
Fixpoint sum_over {A} (f : A -> R) (l : list A) : R :=
  match l with [] => 0 | a :: r => f a + sum_over f r end.

(* float32 weights are integers over a power of two: row i, column j is entries[i][j] / 2^exponent *)
Record matrix := { entries : list (list Z); exponent : nat }.
Definition integer (a : matrix) (i j : nat) : Z := nth j (nth i (entries a) []) 0%Z.
Definition weight (a : matrix) (i j : nat) : R := IZR (integer a i j) / 2 ^ exponent a.

(* names as in TransformerLens *)
Record model := {
  d_vocab : nat; d_model : nat; d_head : nat; n_ctx : nat;
  W_E : matrix; (* [d_vocab, d_model] *)
  W_pos : matrix; (* [n_ctx, d_model] *)
  W_Q : matrix; W_K : matrix; W_V : matrix; (* [d_model, d_head] *)
  W_O : matrix; (* [d_head, d_model] *)
  W_U : matrix (* [d_model, d_vocab] *)
}.

(* A sequence is a list of tokens, the LAST token first: its head is the query. The last position sees
   every place, so that no mask is needed. *)
Fixpoint places (s : list nat) : list (nat * nat) := (* (position, token) *)
  match s with [] => [] | t :: r => (length r, t) :: places r end.
Definition largest (s : list nat) : nat := fold_right Nat.max 0%nat s.

Section Forward.
Variable M : model.

Definition residual_in (p : nat * nat) (c : nat) : R :=
  weight (W_E M) (snd p) c + weight (W_pos M) (fst p) c.
Definition q (p : nat * nat) (j : nat) : R :=
  sum (d_model M) (fun c => residual_in p c * weight (W_Q M) c j).
Definition k (p : nat * nat) (j : nat) : R :=
  sum (d_model M) (fun c => residual_in p c * weight (W_K M) c j).
Definition v (p : nat * nat) (j : nat) : R :=
  sum (d_model M) (fun c => residual_in p c * weight (W_V M) c j).
Definition attn_score (p p' : nat * nat) : R :=
  sum (d_head M) (fun j => q p j * k p' j) / sqrt (INR (d_head M)).
Definition pattern (s : list (nat * nat)) (p p' : nat * nat) : R :=
  exp (attn_score p p') / sum_over (fun p'' => exp (attn_score p p'')) s.
Definition z (s : list (nat * nat)) (p : nat * nat) (j : nat) : R :=
  sum_over (fun p' => pattern s p p' * v p' j) s.
Definition residual_out (s : list (nat * nat)) (p : nat * nat) (c : nat) : R :=
  residual_in p c + sum (d_head M) (fun j => z s p j * weight (W_O M) j c).
Definition logit (s : list (nat * nat)) (p : nat * nat) (x : nat) : R :=
  sum (d_model M) (fun c => residual_out s p c * weight (W_U M) c x).

Definition less (a b : R) : bool := if Rlt_dec a b then true else false.

(* At the last position the largest token's logit is above every other token's: a tie is wrong. *)
Definition right (s : list nat) : bool :=
  match places s with
  | [] => false
  | last :: _ =>
      let answer x := logit (places s) last x in
      forallb (fun x => (x =? largest s)%nat || less (answer x) (answer (largest s)))
        (seq 0 (d_vocab M))
  end.
End Forward.

(* all sequences of n tokens below v *)
Fixpoint seqs (v n : nat) : list (list nat) :=
  match n with
  | O => [[]]
  | S n' => flat_map (fun s => map (fun t => t :: s) (seq 0 v)) (seqs v n')
  end.
Definition count {A} (p : A -> bool) (l : list A) : nat := length (filter p l).

Definition right_sequences (M : model) : nat :=
  count (right M) (seqs (d_vocab M) (n_ctx M)).
