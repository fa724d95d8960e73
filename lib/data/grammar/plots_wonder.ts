/**
 * Plots about magic, journeys, races and celebrations.
 *
 * @module
 */
import type { Plot } from "./plot.ts";
import * as words from "./words.ts";

export const WONDER: readonly Plot[] = [
  {
    slots: { thing: words.TREASURES, quality: words.QUALITIES, wished: words.SWEETS },
    keywords: "magic wish shine spell vanish turned",
    summary: [
      "A magic {thing} gives {hero} one wish, and it goes wrong.",
      "{hero} wishes for too much {wished} with a magic {thing}.",
    ],
    features: ["Twist"],
    beats: [
      [
        "{when}, {he} found {a quality} {thing} {at}. It began to shine.",
        "{when}, a {job} gave {him} {a quality} {thing}. It was magic!",
      ],
      [
        '"You have one wish," it said.',
        '"I can make one wish come true," it whispered.',
      ],
      [
        "{hero} was hungry and did not think. {He} asked for {wished}.",
        '"I want all the {wished} in the world!" said {hero}.',
      ],
      [
        "There was a bright light. Then {wished} fell from the sky, more and more.",
        "At once the whole house was full of {wished}.",
      ],
      [
        '"Stop!" cried {hero}. "That is too much!" But it did not stop.',
        '"Oh dear," said {friend}. "Now we have no place to sit."',
      ],
      [
        "{He} threw the {thing} into the sea, and the magic was gone. {He} was {glad}.",
        '"Please take it back," {he} begged. All of it had to vanish, and so did the {thing}.',
      ],
    ],
    morals: ["The moral of the story is to be careful what you wish for."],
  },
  {
    slots: { thing: words.TOYS, color: words.COLORS, food: words.BAKED },
    keywords: "birthday surprise secret gift forgot party balloons",
    summary: [
      "{hero} thinks that everybody forgot {his} birthday, but there is a surprise party.",
      "{friend} plans a secret party and gives {hero} a {color} {thing}.",
    ],
    features: ["Twist"],
    beats: [
      [
        "{when}, {hero} woke up early. It was {his} birthday!",
        "It was the day of {his} birthday. {He} had waited for it all year.",
      ],
      [
        "But nobody said a word about it. {His} {elder} only read the paper.",
        '"Good morning," said {his} {elder}, and nothing else.',
      ],
      [
        '{He} {walked} to {friend}. "Do you know what day it is?" "No," said {friend}.',
        'Even {friend} had no time. "I have to go," {fhe} said quickly.',
      ],
      [
        '"They all forgot me," thought {hero}. {He} felt {sad}.',
        "{He} sat alone {at} and felt {sad}.",
      ],
      [
        '{He} opened the door. "Surprise!" shouted everyone. The room was full of {color} balloons.',
        'When {he} came in, the lights went on. "Surprise!" they all sang.',
      ],
      [
        '{friend} gave {him} a {color} {thing}. "It was a secret," {fhe} said, and laughed.',
        "It was the best party ever. {hero} got a {color} {thing} and was {glad}.",
      ],
    ],
  },
  {
    slots: { vehicle: words.VEHICLES, animal: words.WILD_ANIMALS, second: words.SMALL_ANIMALS },
    keywords: "travel ticket trip waved window far vacation",
    summary: [
      "{hero} and {his} {elder} travel by {vehicle} and see a {animal}.",
      "On a trip by {vehicle}, {hero} sees a {animal} and a {second}.",
    ],
    beats: [
      [
        '{when}, {his} {elder} said, "We will go on a trip."',
        "{when}, {hero} and {his} {elder} went on vacation.",
      ],
      [
        "They got on a {size} {vehicle}, and {hero} sat next to the window.",
        "A {color} {vehicle} was waiting for them. It was {size} and fast.",
      ],
      [
        "They rode past fields and towns, over bridges and through hills.",
        'The {vehicle} went faster and faster. "Wow!" shouted {hero}.',
      ],
      [
        '"Look, a {animal}!" cried {hero}. It stood there and looked at them.',
        "Suddenly they had to stop. A {animal} was in the way!",
      ],
      [
        '"Can we take it home?" {he} asked. {His} {elder} laughed and said no.',
        "The {animal} made a funny noise, and a {second} came out to see them.",
      ],
      [
        "At night they slept in a tent, and {hero} dreamed of the {animal}.",
        "When they were home again, {he} told {friend} all about the {animal}.",
      ],
    ],
  },
  {
    slots: { prize: words.TREASURES, animal: words.CREATURES },
    keywords: "race fast slow winner finish proud line prize",
    summary: [
      "{hero} runs a race against a proud {animal} and wins a {prize}.",
      "A proud {animal} laughs at {hero} but loses the race.",
    ],
    features: ["Twist"],
    beats: [
      [
        "{when}, there was a big race {at}. The prize was a {prize}.",
        "{when}, everyone came to watch a race. The winner would get a {prize}.",
      ],
      [
        "A {animal} was there too. It was very fast and very proud.",
        '"I am the fastest of all," said a proud {animal}.',
      ],
      [
        '"Go!" called {friend}. The {animal} was soon far ahead.',
        "They stood at the line, and with a {noise} the race began.",
      ],
      [
        "The {animal} was so sure to win that it lay down for a nap.",
        "On the way, the {animal} stopped to eat {a food} and forgot the time.",
      ],
      [
        "But {hero} did not stop. Step by step, {he} came closer to the finish.",
        '"Go, {hero}, go!" shouted {friend}. {He} ran and ran.',
      ],
      [
        "{He} crossed the line first and got the {prize}! The {animal} could not believe it.",
        '"We have a winner!" they cried, and gave {him} the {prize}. {He} was {glad}.',
      ],
    ],
    morals: ["The moral of the story is that slow and steady wins the race."],
  },
  {
    slots: { color: words.COLORS, cloth: words.CLOTHES, name: words.BOYS, nose: words.NOSES },
    keywords: "snow snowman winter melt cold spring",
    summary: [
      "{hero} and {friend} make a snowman with a {color} {cloth}, but it melts.",
      "{hero} is sad when {his} snowman melts in the sun.",
    ],
    features: ["BadEnding"],
    beats: [
      [
        "One winter morning, the world was white. It was full of snow.",
        "It was winter, and thick white snow fell from the sky.",
      ],
      [
        "{He} put on {his} boots and {walked} outside to meet {friend}.",
        '"Let us make a snowman!" said {friend}. They rolled three {size} balls.',
      ],
      [
        "They gave it a {color} {cloth} and {a nose} for a nose.",
        'It had stones for eyes and wore a {color} {cloth}. "He looks like you," said {friend}.',
      ],
      [
        "They named the snowman {name} and danced around him.",
        '"His name is {name}," said {hero}. Every day {he} came to talk to him.',
      ],
      [
        "But then the sun came out, and it got warmer and warmer.",
        '"Snow does not stay forever," said {his} {elder}. And soon it was spring.',
      ],
      [
        "In the end, only the {cloth} was left in the wet grass. {hero} cried.",
        "{hero} ran out, but there was nothing but water and the {color} {cloth}. {He} was {sad}.",
      ],
    ],
  },
];
