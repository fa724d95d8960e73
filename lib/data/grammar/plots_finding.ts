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
        "{His} {elder} gave {him} a {color} {thing}, and {he} took it everywhere.",
      ],
      [
        "{when}, {hero} could not find the {thing}. {He} felt {sad} and started to cry.",
        "{when}, the {thing} was lost. {hero} was very {sad}.",
        "But {when2}, the {color} {thing} was gone. {hero} looked everywhere.",
      ],
      [
        '"Why are you crying?" asked {friend}. "I lost my {thing}," said {hero}.',
        '{friend} came and asked, "What is wrong?" {hero} said, "My {thing} is gone!"',
        '{hero} called {friend}. "Please help me find my {thing}," {he} said {softly}.',
      ],
      [
        '"Do not worry, I will help you," said {friend}. They began to search {at}.',
        "{friend} took {his} hand, and they {walked} around to search {at}.",
        "The two friends looked {at}. They looked high and low.",
      ],
      [
        'Then {friend} saw something {color} {spot}. "Look!" {fhe} shouted. It was the {thing}!',
        "At last, {hero} looked {spot}. There was the {color} {thing}!",
        "After a long time, {friend} found the {thing} {spot}.",
      ],
      [
        "{hero} was so {glad}. {He} gave {friend} a big hug and said thank you.",
        "They laughed and played with the {thing} until it was time for {meal}.",
        '"Thank you, {friend}!" said {hero}. From then on, {he} kept the {thing} safe.',
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
        "{He} liked to explore, so {when2} {he} took a walk {at}.",
      ],
      [
        "Something in the dirt was bright. It was {a quality} {thing}!",
        "{He} saw {a quality} {thing} on the ground and picked it up.",
        "There {he} found {a quality} {thing}. {He} had never seen one like it.",
      ],
      [
        '"I want to keep it," {hero} thought. But {he} knew that it must belong to someone.',
        '{He} showed it to {friend}. "What will you do?" asked {friend}.',
        '"Wow, what a find!" said {friend}. "But is it yours?" {hero} shook {his} head.',
      ],
      [
        "Just then, a {job} came by. The {job} looked very {sad}.",
        "Near the road sat a {job} who was crying.",
        'They met a {job} who asked {softly}, "Did you see my {thing}?"',
      ],
      [
        '"Is this your {thing}?" asked {hero}, and held it out to the {job}.',
        "{hero} gave the {thing} back right away.",
        "{hero} was a bit {sad} to return it, but {he} knew it was right.",
      ],
      [
        'The {job} smiled. "You are so honest! Here is {a food} as a reward."',
        "The {job} thanked {him} and gave {him} a gold coin as a reward.",
        "The {job} was {glad} and told everyone about the honest little {kind}.",
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
        'In {his} house stood a {color} {thing}. "Please be careful with it," said {his} {elder}.',
      ],
      [
        "{when}, {hero} and {friend} played {game} inside, and they ran too fast.",
        "{when}, {he} wanted to play {game} with {friend} in the living room.",
        "{when}, {friend} came over to play {game}. They jumped up and down.",
      ],
      [
        "Then there was a loud {noise}. The {thing} fell on the floor and broke!",
        "With a {noise}, {hero} hit the {thing}, and it broke into many pieces.",
        "By accident, {hero} pushed the table. The {thing} fell with a {noise}.",
      ],
      [
        '"Oh no! Let us hide the pieces," said {friend}. But {hero} did not want to lie.',
        '{hero} felt {scared}. "What should I do?" {he} asked {friend}.',
        'At first {hero} wanted to say, "The wind did it." But that was not true.',
      ],
      [
        'So {he} told the truth. "I broke your {thing}. I am so sorry," {he} said {softly}.',
        '{He} {walked} to {his} {elder} and said, "I am sorry. It was my fault."',
        "{He} took a deep breath and told {his} {elder} the truth.",
      ],
      [
        '{His} {elder} was not {cross}. "I forgive you, because you told me the truth," {ehe} said.',
        "{His} {elder} gave {him} a hug, and together they began to sweep the floor.",
        "They fixed the {thing} with some glue, and it looked almost new.",
      ],
    ],
    morals: [
      "The moral of the story is that it is always best to tell the truth.",
      "{hero} learned to be careful and never to lie.",
    ],
  },
  {
    slots: { thing: words.CLOTHES, color: words.COLORS, spot: words.HIDING_PLACES },
    keywords: "messy room clean tidy dust neat surprise",
    summary: [
      "{hero} cleans a messy room and finds a {color} {thing} {spot}.",
      "{hero} has to tidy up and finds {his} old {thing}.",
    ],
    beats: [
      [
        "{His} room was very messy. Toys and clothes lay all over the floor.",
        "{He} never put away {his} things, and {his} room was a mess.",
      ],
      [
        '{when}, {his} {elder} said, "You must clean your room before {meal}."',
        '{when}, {his} {elder} looked inside and was {cross}. "Please tidy up," {ehe} said.',
        '"We cannot go out until your room is neat," said {his} {elder} {when2}.',
      ],
      [
        '"But cleaning is boring!" said {hero}. {He} did not want to do it.',
        "{hero} did not like to clean, but {he} nodded and began.",
        "{hero} asked {friend} to help. They made it into a game.",
      ],
      [
        "{He} put the books on the shelf and the blocks in a bin.",
        "First {he} made the bed, and then {he} wiped off the dust.",
        "{He} picked up the socks, the papers and the toys, one by one.",
      ],
      [
        "What a surprise! {He} saw {his} {color} {thing} {spot}. {He} had missed it for weeks.",
        'Then {he} found a {color} {thing} {spot}. "I thought it was lost!" {he} said.',
        "When {he} looked {spot}, there was the {color} {thing} that {he} had lost last winter.",
      ],
      [
        "Now the room was neat, and {hero} felt {glad}. {He} wore the {thing} all day.",
        '"Well done!" said {his} {elder}. {hero} put on the {thing} and they went out to play.',
        "{hero} put on the {thing} and danced. Cleaning was not so bad after all.",
      ],
    ],
    morals: ["The moral of the story is to keep your room clean so that nothing gets lost."],
  },
  {
    slots: { thing: words.TREASURES, quality: words.QUALITIES, plant: words.PLANTS },
    keywords: "map dig deep shovel treasure chest follow",
    summary: [
      "{hero} and {friend} follow a map and dig up {a quality} {thing}.",
      "An old map leads {hero} to a {thing} {at}.",
    ],
    features: ["Foreshadowing"],
    beats: [
      [
        "{when}, {he} opened an old book, and a map fell out.",
        "{when}, {he} found a strange map inside a bottle.",
        "{His} {elder} once told {him} about a secret map. {when}, {he} found it.",
      ],
      [
        'There was a red cross on it. "This must be a treasure!" {he} told {friend}.',
        '"Look, {friend}, it shows a place {at}!" {hero} shouted.',
        'The map had a line and a big cross. "Let us follow it," said {friend}.',
      ],
      [
        "They took a shovel and {walked} past the well and over the bridge.",
        "They packed {a food} and a shovel and followed the line step by step.",
        "They walked ten steps to the left and ten steps to the right.",
      ],
      [
        "The cross was next to a {plant}. They started to dig.",
        "At a {size} {plant}, they stopped. {hero} began to dig a deep hole.",
        'Soon they stood {at}. "It is here!" said {friend}, and they took turns.',
      ],
      [
        "The shovel hit something hard. It was a chest, and in it lay {a quality} {thing}!",
        "They dug deeper and deeper. At last they pulled out {a quality} {thing}.",
        "After an hour, {hero} was tired. Then {he} saw {a quality} {thing} in the dirt.",
      ],
      [
        '"We are rich!" said {friend}. They laughed and took turns to hold the {thing}.',
        "They carried the {thing} home and showed it to {his} {elder}. Everyone was {glad}.",
        "They put the {thing} on a shelf, and every night they talked about the adventure.",
      ],
    ],
  },
];
