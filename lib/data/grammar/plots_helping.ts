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
        "{He} loved to eat {food}. {when}, {he} had {a food} for {meal}.",
      ],
      [
        "{hero} sat down {at} and was ready to take a bite.",
        "{He} {walked} to a bench {at} to eat it.",
        "{He} opened {his} bag and took out the {tasty} {food}.",
      ],
      [
        "Then {he} saw {friend}, who looked {sad} and had no food.",
        "{friend} came by. {fHis} tummy was empty and made a noise.",
        "Next to {him} sat {friend}, who had forgotten {fhis} lunch.",
      ],
      [
        '"I am so hungry," said {friend}. {hero} looked at the {food} and thought for a moment.',
        '"Are you hungry?" asked {hero}. {friend} nodded {softly}.',
        '"May I have some?" asked {friend} {softly}. {hero} did not know what to say.',
      ],
      [
        '"We can share," said {hero}, and gave {fhim} half of the {food}.',
        "{hero} cut the {food} in two and gave {friend} the bigger half.",
        "Then {he} smiled and broke the {food} into two parts, one for each.",
      ],
      [
        '"It is so {tasty}!" said {friend}. They ate and told jokes.',
        "They ate together and felt {glad}. The next day, {friend} brought {him} some {sweet}.",
        "{friend} was {glad} and thanked {him}. They became best friends.",
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
        "{when}, {hero} and {friend} played {game} {at}. Then they heard a sound.",
      ],
      [
        "It was a {animal}. It was hurt and could not move.",
        "There lay a little {animal} with a hurt leg. It looked {scared}.",
        "A {animal} was stuck under a branch, and it was very {scared}.",
      ],
      [
        '"Poor {animal}! I will rescue you," said {hero} {softly}.',
        '"Do not be afraid," {hero} whispered. {He} picked it up with both hands.',
        "{hero} wrapped the {animal} in a towel and carried it home.",
      ],
      [
        '"We need a bandage and some water," said {his} {elder}.',
        "{His} {elder} put a small bandage on the {animal} and gave it some milk.",
        '{His} {elder} called a doctor, who said, "It only needs to rest."',
      ],
      [
        "Every day, {hero} fed the {animal} and sang to it. Slowly it began to heal.",
        "{hero} made a warm nest in a box. Day after day, the {animal} grew stronger.",
        "After two weeks, the {animal} could move again.",
      ],
      [
        "They took it back and set it free. The {animal} turned around one more time, and {hero} waved.",
        "{hero} was {glad} to see it free, and the {animal} came to visit {him} every spring.",
        '"Goodbye, little {animal}!" said {hero}. {He} was {glad} and a bit {sad}.',
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
        "{He} and {friend} took care of a {color} {animal}.",
      ],
      [
        "{when}, a loud {noise} made the {animal} jump, and it went up a tall tree.",
        "{when}, the {animal} was on a high branch {at}. It was stuck!",
        "{when}, they could not see the {animal}. It sat at the top of a tree {at}.",
      ],
      [
        '"Come down!" called {hero}. But the {animal} was too {scared}.',
        "{hero} tried to climb up, but the tree was too high for {him}.",
        '"What can we do?" asked {friend}. {hero} had no idea.',
      ],
      [
        "{He} {walked} down the street and asked a {job} for help.",
        'A {job} passed by. "Please save my {animal}!" begged {hero}.',
        'Just then they saw a {job}. "Can you help us?" {hero} asked {softly}.',
      ],
      [
        "The {job} had a long ladder and climbed up, step by step.",
        "The {job} threw a rope over the branch and pulled it down.",
        "The {job} held out some {food}, and the {animal} came closer and closer.",
      ],
      [
        "Soon the {animal} was safe in the arms of {hero}. Everybody cheered.",
        '"Thank you so much!" said {hero}, and hugged the {animal} tight.',
        "The {animal} was safe, and {hero} drew a picture of the {job} to say thanks.",
      ],
    ],
  },
  {
    slots: { color: words.COLORS, thing: words.TOYS },
    keywords: "sick medicine visit fever better soup",
    summary: [
      "{friend} is sick in bed, so {hero} visits {fhim} and brings {a food}.",
      "{hero} cheers up {friend}, who has a fever, with a {thing}.",
    ],
    beats: [
      [
        "{when}, {friend} did not come out to play.",
        "{when}, {hero} knocked at the door of {friend}, but nobody came.",
        "{hero} and {friend} played {game} every day. But {when2}, {friend} was not there.",
      ],
      [
        '"Poor {friend} is sick," said {his} {elder}. "{fHe} has a fever and must stay in bed."',
        "{friend} had a bad cold, and {fhis} head was hot.",
        "A doctor had told {fhim} to rest and to take {fhis} medicine.",
      ],
      [
        "{hero} was {sad}. {He} wanted to do something nice for {fhim}.",
        '"I will visit {fhim}," thought {hero}, "and bring a gift."',
        '"How can I make {fhim} feel better?" {hero} asked {his} {elder}.',
      ],
      [
        "{He} took {a food} and {his} {color} {thing} and {walked} to {fhis} house.",
        "Together they cooked some hot soup. {hero} also brought a {color} {thing}.",
        "{He} drew a card with a {color} {thing} on it and put {a food} in a basket.",
      ],
      [
        '"I brought you something," said {hero}. {friend} sat up and smiled.',
        "{friend} ate a little and played with the {thing}. {fHis} eyes were bright again.",
        '{hero} read {fhim} a funny story. "You are the best medicine," said {friend}.',
      ],
      [
        "After three days, {friend} was well again, and they ran outside to play {game}.",
        "Soon {friend} felt much better. {fHe} was {glad} to have such a friend.",
        "The next week, {friend} was healthy, and they had a picnic {at}.",
      ],
    ],
    morals: ["The moral of the story is that being kind can make others feel better."],
  },
  {
    slots: { thing: words.TOYS, color: words.COLORS, place: words.INDOORS },
    keywords: "alone shy join welcome together friends",
    summary: [
      "{friend} is new and shy, and {hero} asks {fhim} to play {game}.",
      "{hero} makes a new friend named {friend} {place}.",
    ],
    beats: [
      [
        "{when}, someone new came to {his} class. {fHis} name was {friend}.",
        "{when}, {hero} saw somebody new {place}. It was {friend}.",
        "{when}, a new family moved in next door. They had a child named {friend}.",
      ],
      [
        "{friend} was shy and sat alone in a corner with {a color} {thing}.",
        "{friend} did not talk to anyone. {fHe} only held a {color} {thing}.",
        "{fHe} looked {sad}, because {fhe} did not know anybody.",
      ],
      [
        "The other children played {game} and did not look at {fhim}.",
        "Nobody asked {fhim} to join the game.",
        '"{fHe} is strange," said one of the others. {hero} did not like that.',
      ],
      [
        '{hero} {walked} over. "Hello, I am {hero}. Would you like to play {game}?"',
        '"Hello! What a nice {thing}!" said {hero} {softly}. "Can I see it?"',
        'Then {hero} had an idea. "Come and play, {friend}!" {he} called.',
      ],
      [
        '{friend} looked up and smiled. "Yes, please," {fhe} said {softly}.',
        '"You can play with my {thing} too," said {friend}. {fHis} face was red.',
        "{friend} was {glad}. {fHe} showed {hero} how to use the {thing}.",
      ],
      [
        "They played together all day, and soon the others came as well.",
        "By the end of the day, they were best friends.",
        '"You are welcome!" said {hero}. Since then, {friend} is never alone.',
      ],
    ],
    morals: [
      "The moral of the story is to be nice to new people.",
      "{hero} learned that a kind word can open any door.",
    ],
  },
];
