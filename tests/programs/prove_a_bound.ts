// A lower bound on the accuracy of your own Max-of-4 model, its certificate, and the count itself.
import * as crosslab from "../../lib/mod.ts";

const { proofs } = crosslab;
using gpu = await crosslab.openGpu();
const config = { d_vocab: 64, d_model: 32, d_head: 32, n_ctx: 4 };
const [{ model }] = await crosslab.trainMaxOfK(gpu, config, { seeds: [0], steps: 3000 });

const prover = crosslab.makeProver(model);
const { certificate, result: { bound } } = crosslab.certify(prover, "N5");
const { accepted } = crosslab.checkCertificate(certificate, model);
const { count, sequences } = await proofs.bruteForce(gpu, proofs.makeTables(model));
console.log(
  `at least ${bound}, ${accepted ? "accepted" : "refused"} by the checker; it is ${
    count / sequences
  }`,
);
