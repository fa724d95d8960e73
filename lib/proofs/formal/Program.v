(* Theorem N5 as a program over integers: a lower bound on the right sequences of a model, from hints
   that nobody has to trust. Sound.v proves it.

   For the pair (q, m) of last and largest token, a wrong token x is near where m - g < x < m and far
   elsewhere. All far tokens share one bound of their terms, each near one has its own; the sequences
   whose terms may reach 0 are counted on a grid. *)
From Coq Require Import List ZArith NArith Arith Bool.
Import ListNotations.
From Interval Require Import Interval.Interval.
From MaxOfK Require Import Network Exact Rows Enclosures.
Local Open Scope Z_scope.

(* the grid's steps, and the gap of each q and m; a gap of 0 gives the pair up *)
Record hints := { steps : Z; gaps : list (list nat) }.

(* how far a weight (as a share of itself) and the difference of two logits may be off, in 2^-fraction *)
Record slack := { spread : Z; width : Z }.
Definition exact : slack := {| spread := 0; width := 0 |}.
Definition widen (s : slack) (b : Z * Z) : Z * Z :=
  if spread s =? 0 then b
  else (fst b - above2 (fst b * spread s) (- fraction), snd b + above2 (snd b * spread s) (- fraction)).

Definition largest_of (f : nat -> Z) (l : list nat) : Z :=
  match l with [] => 0 | a :: r => fold_right (fun x acc => Z.max (f x) acc) (f a) r end.
Definition smallest_of (f : nat -> Z) (l : list nat) : Z := - largest_of (fun x => - f x) l.
Definition largest_in (l : list Z) : Z :=
  match l with [] => 0 | a :: r => fold_right Z.max a r end.
Definition others (m : nat) (l : list nat) := filter (fun x => negb (x =? m)%nat) l.

(* ---- tables for all pairs, in fixed point, every entry between lo and hi ---- *)
Record shared := {
  ev_lo : list (list Z); ev_hi : list (list Z); (* EVOU [t, x] *)
  worst : list (list Z); (* largest PVOU[i, x] - PVOU[i, m]: [m, x] *)
  p_low : list Z; (* smallest PVOU[i, m] *)
  e1 : list Z; e2 : list Z (* largest EVOU[t, x] + PVOU[i, x], and without x = t *)
}.

Definition make_shared (M : model) (T : tables) : shared :=
  let v := d_vocab M in let tokens := seq 0 v in let positions := seq 0 (n_ctx M) in
  let fixed (round : nat -> Z -> Z) rows a := tab rows (fun i => tab v (fun x => round (eVOU M) (at2 a i x))) in
  let ev_lo := fixed floor_at v (zEVOU T) in let ev_hi := fixed ceil_at v (zEVOU T) in
  let pv_lo := fixed floor_at (n_ctx M) (zPVOU T) in let pv_hi := fixed ceil_at (n_ctx M) (zPVOU T) in
  let p_high := tab v (fun x => largest_of (fun i => at2 pv_hi i x) positions) in
  let row t x := at2 ev_hi t x + at1 p_high x in
  {| ev_lo := ev_lo; ev_hi := ev_hi;
     worst := tab v (fun m => tab v (fun x => largest_of (fun i => at2 pv_hi i x - at2 pv_lo i m) positions));
     p_low := tab v (fun m => smallest_of (fun i => at2 pv_lo i m) positions);
     e1 := tab v (fun t => largest_of (row t) tokens);
     e2 := tab v (fun t => largest_of (row t) (others t tokens)) |}.

Definition is_near (g m x : nat) : bool := ((m <? x + g) && (x <? m))%nat.
Definition far_tokens (v g m : nat) : list nat :=
  filter (fun x => negb (is_near g m x)) (others m (seq 0 v)).

(* ---- what multiplies the weight of a token t, for x (near) or for all far x ---- *)
Definition near_coefficient (S : shared) (direct : nat -> Z) m x t : Z :=
  at2 (ev_hi S) t x - at2 (ev_lo S) t m + (at2 (worst S) m x + direct x).
Definition far_coefficient (S : shared) (largest_direct at_max : Z) (near : nat -> bool) m t : Z :=
  if (t =? m)%nat then at_max
  else (if near t then at1 (e2 S) t else at1 (e1 S) t) - at2 (ev_lo S) t m - at1 (p_low S) m + largest_direct.

(* ---- how many sequences of the pair reach 0: terms[i][t], t <= m ---- *)
Definition count_grid (n q m : nat) (G base : Z) (terms : list (list Z)) : N :=
  let tops := tab n (fun i => largest_in (nth i terms [])) in
  let total := base + sumz n (at1 tops) in
  let cost := smallest_of (fun i => at1 tops i - at2 terms i m) (seq 0 n) in
  if (if (q =? m)%nat then total else total - cost) <? 0 then 0%N
  else
    let D := Z.abs total / Z.abs G + 1 in
    let b := S (Z.to_nat (total / D)) in
    let ds := tab n (fun i =>
      map (fun h => Z.to_nat (Z.min ((at1 tops i - h) / D) (Z.of_nat b))) (nth i terms [])) in
    let all := fill_fast (rev ds) b in
    if (q =? m)%nat then all else (all - fill_fast (rev (map (@removelast nat) ds)) b)%N.

(* Ends of the weights: p by position, w by token. Products are cut to the bits that matter. *)
Definition weight_bits : Z := 24.
Definition weighed (cut : Z) (b : Z * Z) (c : Z) : Z := above2 (times_up b c) (- cut).
Definition winning (n q m : nat) (G : Z) (p w : list (Z * Z)) (coefficient : nat -> Z) : N :=
  let z := tab (S m) (fun t => weighed fraction (nth t w (0, 0)) (coefficient t)) in
  count_grid n q m G (weighed weight_bits (nth n p (0, 0)) (at1 z q))
    (tab n (fun i => map (weighed weight_bits (nth i p (0, 0))) z)).

(* ---- one pair: sets of wrong tokens, each with the sequences that it wins at most ---- *)
Definition size (n q m : nat) : N :=
  ((N.of_nat (S m)) ^ N.of_nat n - (if (q =? m)%nat then 0 else N.of_nat m ^ N.of_nat n))%N.
Definition given_up (v n q m : nat) : list (list nat * N) := [(others m (seq 0 v), size n q m)].

Definition pair_sets (s : slack) (v n : nat) (G : Z) (S : shared) (eu_lo eu_hi : list Z) (p : list (Z * Z))
  (weights : list I.type) (magnitudes : list Z) (q m g : nat) : list (list nat * N) :=
  let tokens := seq 0 v in
  if (g =? 0)%nat then given_up v n q m
  else
    let k := weight_bits - largest_of (at1 magnitudes) (seq 0 (Datatypes.S m)) in
    let w := tab (Datatypes.S m) (fun t => widen s (ends k (nth t weights Float.Inan))) in
    let direct x := at1 eu_hi x - at1 eu_lo m + width s in
    let wrong := others m tokens in
    let largest_direct := largest_of direct wrong in
    let at_max := largest_of (fun x => near_coefficient S direct m x m) wrong in
    let won := winning n q m G p w in
    let far := far_tokens v g m in
    (far, match far with
          | [] => 0%N
          | _ => won (far_coefficient S largest_direct at_max (is_near g m) m)
          end)
      :: map (fun x => ([x], won (near_coefficient S direct m x))) (filter (is_near g m) tokens).

(* ---- all pairs ---- *)
Definition sum_N {A} (f : A -> N) (l : list A) : N := fold_right (fun a acc => (f a + acc)%N) 0%N l.

Definition query_sets (s : slack) (M : model) (h : hints) (T : tables) (S : shared) (by_ : I.type) (q : nat)
  : nat -> list (list nat * N) :=
  let v := d_vocab M in let n := pred (n_ctx M) in
  let weights := tab v (fun t => exponential by_ (at2 (zEQK T) q t)) in
  let places := tab (n_ctx M) (fun i => exponential by_ (at2 (zEQP T) q i)) in
  let magnitudes := map magnitude weights in
  let k := weight_bits - largest_in (map magnitude places) in
  let p := map (ends k) places in
  let eu_lo := tab v (fun x => floor_at (eEU M) (at2 (zEU T) q x)) in
  let eu_hi := tab v (fun x => ceil_at (eEU M) (at2 (zEU T) q x)) in
  if forallb finite weights && forallb finite places
  then fun m => pair_sets s v n (steps h) S eu_lo eu_hi p weights magnitudes q m (nth m (nth q (gaps h) []) 0%nat)
  else fun m => given_up v n q m.

(* what the theorems assume of a model *)
Definition fits (M : model) : bool :=
  ((exponent (W_pos M) =? exponent (W_E M)) && (0 <? d_head M) && (0 <? n_ctx M))%nat.

Definition n5_with (s : slack) (M : model) (h : hints) : N :=
  if fits M then
    let v := d_vocab M in let n := pred (n_ctx M) in
    let T := exact_tables M in
    let S := make_shared M T in
    let by_ := divisor (eQK M) (d_head M) in
    sum_N (fun q =>
      let sets := query_sets s M h T S by_ q in
      sum_N (fun m => if (q <=? m)%nat then (size n q m - sum_N snd (sets m))%N else 0%N) (seq 0 v)) (seq 0 v)
  else 0%N.
Definition n5 : model -> hints -> N := n5_with exact.
