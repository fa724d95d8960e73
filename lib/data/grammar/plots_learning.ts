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
        "All {his} friends could {skill}, but {hero} could not.",
      ],
      [
        "{when}, {he} tried to {skill} {at}. It was very difficult.",
        '{when}, {he} said, "I will {skill}!" But it did not work.',
        "{when}, {he} tried it for the first time {at}, and everything went wrong.",
      ],
      [
        '"I am bad at {skill2}," {he} said {softly}. {He} felt {sad} and wanted to stop.',
        'Some kids laughed at {him}. "You will never learn it!" they said.',
        "{He} tried once, twice, three times. Then {he} sat down and cried.",
      ],
      [
        '"Do not give up," said {friend}. "I will teach you {skill2}."',
        '{His} {elder} said, "You need more practice. Try it again."',
        '{friend} sat down beside {him}. "It took me a year to learn {skill2}," {fhe} said.',
      ],
      [
        "So {hero} practiced {skill2} every day, in the morning and at night.",
        "Day after day, they went {at} to practice {skill2}.",
        "{He} took a deep breath and tried again, and again, and again.",
      ],
      [
        "At last {hero} could {skill}! {He} was so {glad}.",
        "A month later, {hero} was great at {skill2}, and {his} {elder} was {glad}.",
        '"Look at me!" shouted {hero}. "I can {skill}!" Everyone was {glad}.',
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
        "{when}, {friend} gave {him} a little seed in a {color} paper.",
      ],
      [
        '"If you plant it, it will grow," said {his} {elder}.',
        '"What is it?" asked {hero}. "You must wait and see," was the answer.',
        "{hero} dug a small hole in the soil and dropped the seed in.",
      ],
      [
        "{He} planted it {at} and gave it some water.",
        "{He} covered it with soil {at}, where there was plenty of sunshine.",
        "Every morning, {he} {walked} out to water it.",
      ],
      [
        'A week passed, but nothing happened. "Why does it not grow?" {he} asked.',
        "{He} looked at the soil each day. There was nothing but mud.",
        '"It is dead," said {friend}. But {hero} did not give up.',
      ],
      [
        "Then there was rain for two days. A small green leaf came out of the soil!",
        "One night, while {he} slept, the first leaf opened.",
        '"You must be patient," said {his} {elder}. And one day there was a green leaf.',
      ],
      [
        "It grew and grew until it was a {size} {plant}. {hero} was {glad}.",
        "By summer it was the finest {plant} in town, and everyone came to see it.",
        'It became a beautiful {plant}. "I made this!" {hero} said {softly}.',
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
        "{when}, there was nothing good to eat, so {he} decided to bake {a food}.",
      ],
      [
        "They put flour, eggs and milk into a {color} bowl.",
        "{hero} took the recipe and began to mix flour and butter.",
        "{He} washed {his} hands and poured the milk into a bowl.",
      ],
      [
        "Then {he} added a cup of white sugar and began to stir.",
        '"Now comes the sugar," said {hero}, and put in three cups.',
        "{He} was in a hurry and did not read what was on the jar.",
      ],
      [
        "The {food} went into the hot oven. Soon the kitchen smelled {tasty}.",
        "They waited until the {food} was brown and took it out of the oven.",
        "After half an hour, the {food} was ready, and {friend} came to try it.",
      ],
      [
        'But when {friend} took a bite, {fhe} made a face. "It is full of salt!" {fhe} cried.',
        '"Stop!" said {friend}. It was not sugar. It was salt!',
        "{hero} tasted it and spat it out. The sugar was salt!",
      ],
      [
        "They all laughed and baked it again, and this time it was {tasty}.",
        '"It was a mistake," said {his} {elder}. "Let us try again." The next one was {tasty}.',
        "{hero} felt {sad}, but then {he} made a new one, and {friend} ate it all.",
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
        "{He} found {a color} {instrument} in the attic and started to play.",
      ],
      [
        "{He} played it all day, but it sounded terrible.",
        "The noise was so loud that the birds flew away.",
        "{He} made a lot of noise, and the dog began to bark.",
      ],
      [
        '"Please stop!" said {friend}, and covered {fhis} ears.',
        '"That is too loud," said {his} {elder}. "Please be quiet."',
        "All the people were {cross} and closed their windows.",
      ],
      [
        "So {hero} took the {instrument} and practiced {at}, where nobody could hear.",
        "{hero} was {sad}, but {he} asked a teacher to help {him}.",
        "An old man heard {him} and showed {him} a slow, simple song.",
      ],
      [
        "Week after week, the music became better.",
        "Soon {he} knew every note, and {his} fingers moved {softly}.",
        "{He} practiced the song each night before bed.",
      ],
      [
        "At the {joy}, {hero} stood on the stage and played. All the people began to clap.",
        'Then came the day of the {joy}. "Well done!" they shouted when {he} was done.',
        "{He} played at the {joy}, and {friend} danced. Everyone felt {glad}.",
      ],
    ],
  },
  {
    slots: { thing: words.TOYS, color: words.COLORS, noise: words.NOISES },
    keywords: "build tall tower glue wood hammer invent",
    summary: [
      "{hero} and {friend} build a {thing} out of wood and paint it {color}.",
      "The first {thing} falls apart, so {hero} builds a better one with {friend}.",
    ],
    beats: [
      [
        "{when}, {he} wanted a new {thing}, but {his} {elder} had no money.",
        '{when}, {he} had an idea. "I will build {a thing}!"',
        "{He} liked to build. {when}, {he} wanted to make {a thing}.",
      ],
      [
        "{He} took some wood, a hammer and a pot of glue.",
        "{He} looked for old boxes, strings and wheels {at}.",
        "In the shed {he} found paper, tape and a few nails.",
      ],
      [
        "{He} worked for hours. But with a {noise}, the {thing} fell apart.",
        "When it was done, the wind blew, and {noise}, it broke.",
        "At the first try there was a {noise}, and all of it was on the ground.",
      ],
      [
        '{hero} felt {cross} and kicked the wood. "I cannot do it!"',
        '"What a mess," said {friend}. "May I help you?"',
        "{hero} wanted to throw it all away. Then {friend} came by.",
      ],
      [
        '"You need more glue here," said {friend}. They fixed it part by part.',
        "{friend} held the wood, and {hero} used the hammer.",
        "They made a plan on a sheet of paper, and then they started over.",
      ],
      [
        "At sunset it was ready. They painted it {color}, and it worked!",
        "They painted the {thing} {color}. It was the best {thing} in the world.",
        '"We did it!" they shouted. The {color} {thing} was strong, and they were {glad}.',
      ],
    ],
    morals: ["The moral of the story is that two can do more than one."],
  },
];
