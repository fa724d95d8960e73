(* How far a float32 evaluation may be from real arithmetic, as a program over integers: factors of the
   attention's weights and widths of the logits' differences. FloatSound.v proves it.

   Every number here is an upper bound of a size or of an error, in units of 2^-60. Sizes are the
   largest over all tokens and positions, component by component. *)
From Coq Require Import List ZArith Arith Bool.
Import ListNotations.
From MaxOfK Require Import Network Exact Enclosures Program Floats.
Local Open Scope Z_scope.

Definition unit_bits : Z := 60.
Definition one_unit : Z := 2 ^ unit_bits.
Definition at_unit (e : nat) (z : Z) : Z := above2 z (unit_bits - Z.of_nat e).
Definition times_above (a b : Z) : Z := above2 (a * b) (- unit_bits).
Definition dot_above (n : nat) (f g : nat -> Z) : Z := above2 (sumz n (fun i => f i * g i)) (- unit_bits).

(* entries of a matrix; the largest ones of its columns *)
Definition sizes (rows cols : nat) (a : matrix) : list (list Z) :=
  tab rows (fun i => tab cols (fun j => at_unit (exponent a) (Z.abs (integer a i j)))).
Definition column_sizes (rows cols e : nat) (f : nat -> nat -> Z) : list Z :=
  tab cols (fun j => at_unit e (largest_of (fun i => Z.abs (f i j)) (seq 0 rows))).

(* exact numbers of at most this size, and computed ones that are off by at most the error *)
Record vector := { exact_size : list Z; error : list Z }.
Definition plus_sizes (n : nat) (a b : list Z) : list Z := tab n (fun i => at1 a i + at1 b i).
Definition computed (n : nat) (x : vector) : list Z := plus_sizes n (exact_size x) (error x).

(* 1 / sqrt dh *)
Definition inverse_root (dh : nat) : Z := 2 ^ 80 / Z.sqrt (Z.of_nat dh * 2 ^ 40) + 1.
(* 9/8 z: what sums over the attention weights may add *)
Definition mixed (z : Z) : Z := above2 (9 * z) (- 3).

Section Class.
Variable C : arithmetic.
Definition rounding_bits : Z := if nearest C then 24 else 23.
(* errors of one rounding, and of a sum of n products in any order *)
Definition rounded (z : Z) : Z := above2 z (- rounding_bits).
Definition summed (n : nat) (z : Z) : Z := above2 (Z.of_nat n * 4097 * z) (- (rounding_bits + 12)).
Definition relative (units : nat) (z : Z) : Z := above2 (Z.of_nat units * z) (- 24).

(* errors of x W: x of this size and error, entries of W of these sizes *)
Definition product_error (n cols : nat) (size err : list Z) (W : list (list Z)) : list Z :=
  let e := tab n (fun i => at1 err i + summed n (at1 size i)) in
  tab cols (fun j => dot_above n (at1 e) (fun i => at2 W i j) + 1).

Variable M : model.
Let v := d_vocab M.
Let d := d_model M.
Let h := d_head M.
Let K := n_ctx M.

Definition input : vector :=
  let size := plus_sizes d (column_sizes v d (exponent (W_E M)) (integer (W_E M)))
    (column_sizes K d (exponent (W_pos M)) (integer (W_pos M))) in
  {| exact_size := size; error := tab d (fun c => rounded (at1 size c) + 1) |}.

Definition projected (x : vector) (W : matrix) (sizes_W : list (list Z)) : vector :=
  {| exact_size := plus_sizes h
       (column_sizes v h (exponent (W_E M) + exponent W) (at2 (product v h d (integer (W_E M)) (integer W))))
       (column_sizes K h (exponent (W_pos M) + exponent W) (at2 (product K h d (integer (W_pos M)) (integer W))));
     error := product_error d h (computed d x) (error x) sizes_W |}.

(* values times W_O *)
Definition moved_size : list Z :=
  let through a rows := at2 (product rows d h (at2 (product rows h d (integer a) (integer (W_V M)))) (integer (W_O M))) in
  plus_sizes d
    (column_sizes v d (exponent (W_E M) + exponent (W_V M) + exponent (W_O M)) (through (W_E M) v))
    (column_sizes K d (exponent (W_pos M) + exponent (W_V M) + exponent (W_O M)) (through (W_pos M) K)).

(* ---- attention ---- *)
(* score, its error, and the error of what enters the exponential *)
Definition score_sizes (q k : vector) : Z * Z * Z :=
  let e := tab h (fun j => at1 (error q) j + summed h (at1 (computed h q) j)) in
  let product := dot_above h (at1 (exact_size q)) (at1 (exact_size k)) in
  let product_err := dot_above h (at1 e) (at1 (computed h k)) + 1
    + dot_above h (at1 (exact_size q)) (at1 (error k)) in
  let err := times_above (product_err + 1 + relative (scale_error C) (product + product_err + 1)) (inverse_root h) + 1 in
  let size := times_above product (inverse_root h) + err in
  (size, err, err + rounded (2 * size) + 1).

Definition quotient_error : Z := relative (divide_error C) one_unit.
Definition weight_error (size shift_err : Z) : Z :=
  let shifted := 2 * size + rounded (2 * size) + 1 in
  shift_err + (relative (exp_error C) one_unit + relative (exp_slope C) shifted) + quotient_error.
(* how far the attention weights' sum is from 1 *)
Definition total_error_size : Z := above2 ((summed K one_unit + quotient_error) * 1025) (- 10) + 8.

(* ---- after the attention ---- *)
Definition z_vector (x : vector) : vector :=
  {| exact_size := tab h (fun j => mixed (at1 (exact_size x) j));
     error := tab h (fun j => mixed (at1 (error x) j + summed K (at1 (computed h x) j)) + 2) |}.

(* attn_out: its size, and the error of the product that it is *)
Definition out_sizes (z : vector) (sizes_O : list (list Z)) : list Z * list Z :=
  let new := product_error h d (computed h z) (tab h (fun _ => 0)) sizes_O in
  let moved := moved_size in
  (tab d (fun c => mixed (at1 moved c) + dot_above h (at1 (error z)) (fun j => at2 sizes_O j c) + at1 new c), new).

(* residual stream after the attention: size and error, without what the error of z brings *)
Definition final_sizes (x : vector) (out new : list Z) : list Z * list Z :=
  let sum c := at1 (computed d x) c + at1 out c in
  (tab d (fun c => sum c + rounded (sum c) + 1),
   tab d (fun c => at1 (error x) c + at1 new c + rounded (sum c) + 1)).

Definition logit_errors (z : vector) (final : list Z * list Z) (sizes_U : list (list Z)) : list Z :=
  let OU := product h v d (integer (W_O M)) (integer (W_U M)) in
  let e := (exponent (W_O M) + exponent (W_U M))%nat in
  let own := product_error d v (fst final) (snd final) sizes_U in
  tab v (fun x => dot_above h (at1 (error z)) (fun j => at_unit e (Z.abs (at2 OU j x))) + at1 own x).

(* the difference of two logits; x the input *)
Definition difference_error (x : vector) (errors : list Z) (sizes_U : list (list Z)) : Z :=
  let direct := largest_of (fun t => dot_above d (at1 (exact_size x)) (fun c => at2 sizes_U c t)) (seq 0 v) in
  2 * largest_of (at1 errors) (seq 0 v) + 2 * times_above total_error_size direct.

(* ---- what the theorem assumes ---- *)
(* float32 numbers: 24 bits, multiples of 2^-149 *)
Definition storable_entry (z : Z) : bool :=
  let k := Z.max 0 (Z.log2 (Z.abs z) - 23) in Z.shiftl (Z.shiftr z k) k =? z.
Definition storable (a : matrix) : bool :=
  (exponent a <=? 149)%nat && forallb (forallb storable_entry) (entries a).
(* sizes up to 2^12, so that nothing overflows *)
Definition moderate (z : Z) : bool := z <=? 2 ^ (unit_bits + 12).
Definition moderate_all (n : nat) (l : list Z) : bool := forallb (fun i => moderate (at1 l i)) (seq 0 n).
Definition moderate_matrix (rows cols : nat) (a : list (list Z)) : bool :=
  forallb (fun i => moderate_all cols (nth i a [])) (seq 0 rows).

(* the slack of every evaluation of the class, and whether all that it needs holds *)
Definition float_slack : bool * slack :=
  let sizes_Q := sizes d h (W_Q M) in let sizes_K := sizes d h (W_K M) in let sizes_V := sizes d h (W_V M) in
  let sizes_O := sizes h d (W_O M) in let sizes_U := sizes d v (W_U M) in
  let x := input in
  let q := projected x (W_Q M) sizes_Q in
  let k := projected x (W_K M) sizes_K in
  let val := projected x (W_V M) sizes_V in
  let '(score, _, shift_err) := score_sizes q k in
  let weight := weight_error score shift_err in
  let z := z_vector val in
  let (out, new) := out_sizes z sizes_O in
  let final := final_sizes x out new in
  let errors := logit_errors z final sizes_U in
  let fine :=
    forallb storable [W_E M; W_pos M; W_Q M; W_K M; W_V M; W_O M; W_U M]
    && (d <=? 1024)%nat && (h <=? 1024)%nat && (K <=? 1024)%nat && (0 <? h)%nat && (0 <? K)%nat
    && moderate_matrix d h sizes_Q && moderate_matrix d h sizes_K && moderate_matrix d h sizes_V
    && moderate_matrix h d sizes_O && moderate_matrix d v sizes_U
    && moderate_all d (computed d x) && moderate_all h (computed h q) && moderate_all h (computed h k)
    && moderate_all h (computed h val) && moderate_all h (computed h z) && moderate_all d out
    && moderate_all d (fst final) && moderate score
    && (weight <=? 2 ^ (unit_bits - 5)) && (total_error_size <=? 2 ^ (unit_bits - 4)) in
  (fine, {| spread := above2 (17 * weight) (- 4 - (unit_bits - fraction));
            width := above2 (mixed (difference_error x errors sizes_U)) (- (unit_bits - fraction)) |}).

(* N5 for every evaluation of the class *)
Definition n5_float (hints_ : hints) : N :=
  let (fine, s) := float_slack in
  if fine && (0 <=? spread s) && (spread s <=? 2 ^ (fraction - 1)) then n5_with s M hints_ else 0%N.
End Class.
