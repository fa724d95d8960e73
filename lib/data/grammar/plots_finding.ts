/**
 * Plots about things that are lost, found, hidden and broken.
 *
 * @module
 */
import type { Plot } from "./plot.ts";
import * as words from "./words.ts";

export const FINDING: readonly Plot[] = [
  {
    slots: { thing: words.TOYS, color: words.COLORS, spot: words.HIDING_PLACES },
    keywords: "lost search help find hug favorite everywhere",
    summary: [
      "{hero} loses {his} {color} {thing} and {friend} helps {him} find it {spot}.",
      "{friend} finds the lost {thing} of {hero} {spot}.",
    ],
    beats: [
      [
        "{He} had a {color} {thing} that {he} loved very much.",
        "{His} favorite toy was a {color} {thing}.",
      ],
      [
        "{when}, {hero} could not find the {thing}. {He} felt {sad} and started to cry.",
        "{when}, the {thing} was lost. {hero} was very {sad}.",
      ],
      [
        '"Why are you crying?" asked {friend}. "I lost my {thing}," said {hero}.',
        '{friend} came and asked, "What is wrong?" {hero} said, "My {thing} is gone!"',
      ],
      [
        '"Do not worry, I will help you," said {friend}. They began to search {at}.',
        "{friend} took {his} hand, and they {walked} around to search {at}.",
      ],
      [
        'Then {friend} saw something {color} {spot}. "Look!" {fhe} shouted. It was the {thing}!',
        "At last, {hero} looked {spot}. There was the {color} {thing}!",
      ],
      [
        "{hero} was so {glad}. {He} gave {friend} a big hug and said thank you.",
        "They laughed and played with the {thing} until it was time for {meal}.",
      ],
    ],
    morals: [
      "The moral of the story is that a good friend helps you when you are sad.",
      "{hero} learned to take care of {his} things.",
    ],
  },
  {
    slots: { thing: words.TREASURES, quality: words.QUALITIES, job: words.JOBS },
    keywords: "dirt belong return honest reward owner",
    summary: [
      "{hero} finds {a quality} {thing} {at} and gives it back to a {job}.",
      "{hero} is honest and returns a lost {thing} to the {job}.",
    ],
    beats: [
      [
        "{when}, {hero} {walked} alone {at}.",
        "{when}, {he} went to play {at}.",
      ],
      [
        "Something in the dirt was bright. It was {a quality} {thing}!",
        "{He} saw {a quality} {thing} on the ground and picked it up.",
      ],
      [
        '"I want to keep it," {hero} thought. But {he} knew that it must belong to someone.',
        '{He} showed it to {friend}. "What will you do?" asked {friend}.',
      ],
      [
        "Just then, a {job} came by. The {job} looked very {sad}.",
        "Near the road sat a {job} who was crying.",
      ],
      [
        '"Is this your {thing}?" asked {hero}, and held it out to the {job}.',
        "{hero} gave the {thing} back right away.",
      ],
      [
        'The {job} smiled. "You are so honest! Here is {a food} as a reward."',
        "The {job} thanked {him} and gave {him} a gold coin as a reward.",
      ],
    ],
    morals: [
      "The moral of the story is to always be honest.",
      "{hero} learned that doing the right thing feels better than keeping a treasure.",
    ],
  },
  {
    slots: { thing: words.FRAGILE, color: words.COLORS, noise: words.NOISES, game: words.GAMES },
    keywords: "broke floor truth pieces accident forgive sweep",
    summary: [
      "{hero} breaks a {color} {thing} and tells {his} {elder} the truth.",
      "While playing {game}, {hero} breaks the {thing} of {his} {elder}.",
    ],
    features: ["Conflict"],
    beats: [
      [
        "{His} {elder} had a {color} {thing} that was very old.",
        "There was a {color} {thing} on the table. {His} {elder} liked it a lot.",
      ],
      [
        "{when}, {hero} and {friend} played {game} {inside}, and they ran too fast.",
        "{when}, {he} wanted to play {game} with {friend} {inside}.",
      ],
      [
        "Then there was a loud {noise}. The {thing} fell on the floor and broke!",
        "With a {noise}, {hero} hit the {thing}, and it broke into many pieces.",
      ],
      [
        '"Oh no! Let us hide the pieces," said {friend}. But {hero} did not want to lie.',
        '{hero} felt {scared}. "What should I do?" {he} asked {friend}.',
      ],
      [
        'So {he} told the truth. "I broke your {thing}. I am so sorry," {he} said {softly}.',
        '{He} {walked} to {his} {elder} and said, "I am sorry. It was my fault."',
      ],
      [
        '{His} {elder} was not {cross}. "I forgive you, because you told me the truth," {ehe} said.',
        "{His} {elder} gave {him} a hug, and together they began to sweep the floor.",
      ],
    ],
    morals: [
      "The moral of the story is that it is always best to tell the truth.",
      "{hero} learned to be careful and never to lie.",
    ],
  },
];
