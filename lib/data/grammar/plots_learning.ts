/**
 * Plots about learning, making and trying again.
 *
 * @module
 */
import type { Plot } from "./plot.ts";
import * as words from "./words.ts";

export const LEARNING: readonly Plot[] = [
  {
    slots: { skill: words.SKILLS },
    keywords: "practice try again teach learn proud difficult",
    summary: [
      "{hero} wants to learn to {skill}. It is hard, but {he} does not give up.",
      "{friend} teaches {hero} how to {skill}.",
    ],
    beats: [
      [
        "{He} had one big dream: {he} wanted to {skill}.",
        "More than anything, {he} wanted to learn how to {skill}.",
      ],
      [
        "{when}, {he} tried to {skill} {at}. It was very difficult.",
        '{when}, {he} said, "I will {skill}!" But it did not work.',
      ],
      [
        '"I am bad at {skill2}," {he} said {softly}. {He} felt {sad} and wanted to stop.',
        'Some kids laughed at {him}. "You will never learn it!" they said.',
      ],
      [
        '"Do not give up," said {friend}. "I will teach you {skill2}."',
        '{His} {elder} said, "You need more practice. Try it again."',
      ],
      [
        "So {hero} practiced {skill2} every day, in the morning and at night.",
        "Day after day, they met {at} to practice {skill2}.",
      ],
      [
        "At last {hero} could {skill}! {He} was so {glad}.",
        "A month later, {hero} was great at {skill2}, and {his} {elder} was {glad}.",
      ],
    ],
    morals: [
      "The moral of the story is to never give up.",
      "{hero} learned that practice makes you better.",
    ],
  },
  {
    slots: { plant: words.PLANTS, color: words.COLORS },
    keywords: "seed water grow soil sunshine patient weeks",
    summary: [
      "{hero} plants a seed {at}, and after some weeks a big {plant} grows.",
      "{hero} learns to be patient while {his} {plant} grows.",
    ],
    beats: [
      [
        "{when}, {his} {elder} gave {him} a tiny {color} seed.",
        "{when}, {he} found a {color} seed in {his} pocket.",
      ],
      [
        '"If you plant it, it will grow," said {his} {elder}.',
        '"What is it?" asked {hero}. "You must wait and see," was the answer.',
      ],
      [
        "{He} planted it {at} and gave it some water.",
        "{He} covered it with soil {at}, where there was plenty of sunshine.",
      ],
      [
        'A week passed, but nothing happened. "Why does it not grow?" {he} asked.',
        "{He} looked at the soil each day. There was nothing but mud.",
      ],
      [
        "Then there was rain for two days. A small green leaf came out of the soil!",
        "One night, while {he} slept, the first leaf opened.",
      ],
      [
        "It grew and grew until it was a {size} {plant}. {hero} was {glad}.",
        "By summer it was the finest {plant} in town, and everyone came to see it.",
      ],
    ],
    morals: ["The moral of the story is that good things take time."],
  },
  {
    slots: { tasty: words.TASTY, food: words.BAKED },
    keywords: "bake flour oven sugar stir salt recipe mix",
    summary: [
      "{hero} and {his} {elder} bake {a food}, but {he} uses salt and not sugar.",
      "{hero} makes {a food} with too much salt and has to bake again.",
    ],
    features: ["Twist"],
    beats: [
      [
        "{when}, {hero} wanted to bake {a food} for {friend}.",
        '{when}, {his} {elder} said, "Let us bake {a food} together!"',
      ],
      [
        "They put flour, eggs and milk into a {color} bowl.",
        "{hero} took the recipe and began to mix flour and butter.",
      ],
      [
        "Then {he} added a cup of white sugar and began to stir.",
        '"Now comes the sugar," said {hero}, and put in three cups.',
      ],
      [
        "The {food} went into the hot oven. Soon the kitchen smelled {tasty}.",
        "They waited until the {food} was brown and took it out of the oven.",
      ],
      [
        'But when {friend} took a bite, {fhe} made a face. "It is full of salt!" {fhe} cried.',
        '"Stop!" said {friend}. It was not sugar. It was salt!',
      ],
      [
        "They all laughed and baked it again, and this time it was {tasty}.",
        '"It was a mistake," said {his} {elder}. "Let us try again." The next one was {tasty}.',
      ],
    ],
    morals: ["{hero} learned to read the recipe first."],
  },
  {
    slots: { instrument: words.INSTRUMENTS, joy: words.JOYS },
    keywords: "music loud song play stage clap noise",
    summary: [
      "{hero} plays the {instrument} too loud, but later {he} plays at a {joy}.",
      "{hero} learns a song on the {instrument} for the {joy}.",
    ],
    beats: [
      [
        "{when}, {his} {elder} gave {him} {a color} {instrument}.",
        "{He} got {a instrument} for {his} birthday.",
      ],
      [
        "{He} played it all day, but it sounded terrible.",
        "The noise was so loud that the birds flew away.",
      ],
      [
        '"Please stop!" said {friend}, and covered {fhis} ears.',
        '"That is too loud," said {his} {elder}. "Please be quiet."',
      ],
      [
        "So {hero} took the {instrument} and practiced {at}, where nobody could hear.",
        "{hero} was {sad}, but {he} asked a teacher to help {him}.",
      ],
      [
        "Week after week, the music became better.",
        "Soon {he} knew every note, and {his} fingers moved {softly}.",
      ],
      [
        "At the {joy}, {hero} stood on the stage and played. All the people began to clap.",
        'Then came the day of the {joy}. "Well done!" they shouted when {he} was done.',
      ],
    ],
  },
];
