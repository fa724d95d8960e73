/**
 * Plots about sharing, helping and being kind.
 *
 * @module
 */
import type { Plot } from "./plot.ts";
import * as words from "./words.ts";

export const HELPING: readonly Plot[] = [
  {
    slots: { tasty: words.TASTY },
    keywords: "hungry share half bite lunch smiled",
    summary: [
      "{hero} shares {his} {food} with {friend}, who is hungry.",
      "{friend} has nothing to eat, so {hero} gives {fhim} half of the {food}.",
    ],
    beats: [
      [
        "{when}, {his} {elder} gave {him} {a food} for {meal}. It smelled {tasty}.",
        "{when}, {hero} packed {a food} and went out to eat {at}.",
      ],
      [
        "{hero} sat down {at} and was ready to take a bite.",
        "{He} {walked} to a bench {at} to eat it.",
      ],
      [
        "Then {he} saw {friend}, who looked {sad} and had no food.",
        "{friend} came by. {fHis} tummy was empty and made a noise.",
      ],
      [
        '"I am so hungry," said {friend}. {hero} looked at the {food} and thought for a moment.',
        '"Are you hungry?" asked {hero}. {friend} nodded {softly}.',
      ],
      [
        '"We can share," said {hero}, and gave {fhim} half of the {food}.',
        "{hero} cut the {food} in two and gave {friend} the bigger half.",
      ],
      [
        '"It is so {tasty}!" said {friend}. They ate and told jokes.',
        "They ate together and felt {glad}. The next day, {friend} brought {him} some {sweet}.",
      ],
    ],
    morals: [
      "The moral of the story is that sharing makes food taste better.",
      "{hero} learned that it is good to share.",
    ],
  },
  {
    slots: { animal: words.SMALL_ANIMALS, part: words.BODY_PARTS, size: words.SIZES },
    keywords: "hurt rescue bandage heal nest free water",
    summary: [
      "{hero} finds a hurt {animal} {at} and takes care of it until it is well.",
      "With {his} {elder}, {hero} helps a little {animal} to heal.",
    ],
    beats: [
      [
        "{when}, {he} {walked} {at} and heard a weak cry.",
        "{when}, {he} saw something move {at}.",
      ],
      [
        "It was a {animal}. It was hurt and could not move.",
        "There lay a little {animal} with a hurt leg. It looked {scared}.",
      ],
      [
        '"Poor {animal}! I will rescue you," said {hero} {softly}.',
        '"Do not be afraid," {hero} whispered. {He} picked it up with both hands.',
      ],
      [
        '"We need a bandage and some water," said {his} {elder}.',
        "{His} {elder} put a small bandage on the {animal} and gave it some milk.",
      ],
      [
        "Every day, {hero} fed the {animal} and sang to it. Slowly it began to heal.",
        "{hero} made a warm nest in a box. Day after day, the {animal} grew stronger.",
      ],
      [
        "They took it back and set it free. The {animal} turned around one more time, and {hero} waved.",
        "{hero} was {glad} to see it free, and the {animal} came to visit {him} every spring.",
      ],
    ],
    morals: ["The moral of the story is to be kind to all animals."],
  },
  {
    slots: { animal: words.SMALL_ANIMALS, job: words.JOBS },
    keywords: "stuck ladder branch climb high rope save",
    summary: [
      "A {animal} is stuck in a tree and {hero} asks a {job} to save it.",
      "{hero} and a {job} get a {animal} down from a high branch.",
    ],
    beats: [
      [
        "{He} had a pet {animal} that liked to run and hide.",
        "{His} best friend was a {color} {animal}.",
      ],
      [
        "{when}, a loud {noise} made the {animal} jump, and it went up a tall tree.",
        "{when}, the {animal} was on a high branch {at}. It was stuck!",
      ],
      [
        '"Come down!" called {hero}. But the {animal} was too {scared}.',
        "{hero} tried to climb up, but the tree was too high for {him}.",
      ],
      [
        "{He} {walked} down the street and asked a {job} for help.",
        'A {job} passed by. "Please save my {animal}!" begged {hero}.',
      ],
      [
        "The {job} had a long ladder and climbed up, step by step.",
        "The {job} threw a rope over the branch and pulled it down.",
      ],
      [
        "Soon the {animal} was safe in the arms of {hero}. Everybody cheered.",
        '"Thank you so much!" said {hero}, and hugged the {animal} tight.',
      ],
    ],
  },
];
