/**
 * The word lists of the grammar. Nearly every word is one GPT-2 token when a space stands before
 * it.
 *
 * @module
 */

const list = (words: string) => words.split(/\s+/).filter((word) => word !== "");
const phrases = (lines: string) => lines.split(",").map((phrase) => phrase.trim());

export const GIRLS = list(
  `Lily Anna Mia Sara Lucy Sue Emma Zoe Amy Rose Jane Kate Molly Ruby Grace Alice Daisy Nora Clara Maya
  Nina Eva Julia Sally Mary Holly Laura Annie Leah Olivia`,
);
export const BOYS = list(
  `Tom Ben Tim Max Sam Jack Leo Bob Joe Dan Billy Charlie Peter Alex Adam Noah Oliver Henry Luke Mark
  John Harry Oscar Paul Nick Jake Fred Simon Danny Eric`,
);
export const CREATURES = list(
  `rabbit bear mouse fox cat dog bird duck frog turtle squirrel owl lion monkey elephant pig goat deer
  bee wolf tiger bunny puppy dragon`,
);
export const TRAITS = list(
  `kind brave little clever happy shy funny smart gentle curious quiet cheerful lazy proud silly careful
  friendly honest young lucky polite busy strong clumsy sweet playful stubborn helpful bold calm fast
  patient sleepy wise`,
);

export const WEATHER = list(`sunny rainy cold warm cloudy bright hot quiet lovely cool fine gray`);
export const DAYTIMES = list(`day morning afternoon evening`);
export const COLORS = list(
  `red blue green yellow pink purple orange white black brown golden silver`,
);
export const SIZES = list(`big small tiny huge little tall giant wide`);
export const QUALITIES = list(
  `shiny old new soft pretty special beautiful round strange lovely heavy light wonderful wooden smooth
  perfect simple fancy`,
);
export const GLAD = list(`happy glad proud excited cheerful thankful delighted`);
export const SAD = list(`sad upset lonely unhappy worried miserable`);
export const AFRAID = list(`scared afraid frightened nervous`);
export const CROSS = list(`angry mad mean rude jealous`);

export const ELDERS = list(`mom dad grandma grandpa aunt uncle mother father`);
export const JOBS = list(
  `farmer doctor baker teacher sailor pilot soldier king queen guard painter driver singer hunter
  princess nurse prince knight fairy pirate captain dancer wizard judge clown`,
);

export const OUTDOORS = phrases(
  `in the park, in the garden, at the beach, in the forest, by the river, by the lake, on the hill,
  in the yard, in the field, at the farm, in the woods, near the pond, on the street, at the zoo,
  in the village, near the bridge, by the sea, near the cave, in the valley, on the island,
  near the tower, in the jungle, in the desert, near the mountain`,
);
export const INDOORS = phrases(
  `in the kitchen, in the bedroom, in the hall, in the attic, in the library, in the basement,
  at school, in the barn, in the shop, in the museum`,
);
export const HIDING_PLACES = phrases(
  `under the bed, behind the couch, in the grass, behind the door, under a tree, in a box,
  behind a rock, under the table, in the mud, behind the fence, on the roof, in the sand, in a bush,
  under the chair, in a basket, on a shelf, in a hole, in a nest, behind the wall, under the stairs,
  in a drawer, in a bucket`,
);

export const TOYS = list(
  `ball doll car truck train puzzle boat robot balloon drum bike block puppet ring crown sword mask
  plane rocket wagon whistle book card coin bear blanket pillow rope spoon box swing toy`,
);
export const FOODS = list(
  `apple cake cookie sandwich pizza soup bread banana carrot cheese pie orange egg peach rice pear cherry
  lemon potato tomato nut salad bean onion mango pasta grape corn`,
);
export const SWEETS = phrases(
  `candy, cake, ice cream, jelly, chocolate, honey, pie, sugar, jam, butter, cream`,
);
export const BAKED = list(`cake pie bread cookie pizza bun`);
export const NOSES = list(`carrot potato banana pear cherry tomato onion nut orange lemon bean`);
export const CLOTHES = list(
  `hat coat dress scarf shirt jacket cap sock boot shoe glove belt skirt bow sweater helmet ribbon bag
  cape`,
);
export const TREASURES = list(
  `stone shell key map gem feather bottle lamp mirror bell necklace diamond pearl button coin star crystal
  jewel bone ring statue letter crown`,
);
export const FRAGILE = list(
  `cup plate bowl window lamp glass clock mirror jar pot bottle dish mug frame camera`,
);
export const INSTRUMENTS = list(`drum piano guitar horn violin trumpet bell whistle organ harp`);
export const VEHICLES = list(
  `bus train boat ship car plane truck wagon balloon bike van taxi sled canoe`,
);
export const SMALL_ANIMALS = list(
  `bird puppy rabbit mouse duck squirrel turtle frog butterfly bee bunny lamb owl kitten chick bat crab
  worm`,
);
export const WILD_ANIMALS = list(
  `fox deer bear wolf owl squirrel eagle monkey tiger snake lion elephant horse cow sheep goat dinosaur
  donkey camel crow`,
);
export const PLANTS = list(
  `flower rose carrot bean tomato pumpkin bush potato onion lemon tree cherry pepper apple strawberry`,
);
export const DANGERS = list(`stove fire oven knife pond ice hammer saw well needle iron`);
export const BODY_PARTS = list(`hand leg arm foot knee finger head nose back ear elbow toe`);
export const GAMES = phrases(
  `tag, ball, chess, hide and seek, cards, soccer, catch, pirates, music, house, tennis, football,
  baseball, golf`,
);
export const SKILLS = phrases(
  `swim/swimming, dance/dancing, read/reading, sing/singing, draw/drawing, paint/painting,
  skate/skating, cook/cooking, write/writing, climb/climbing, jump/jumping, fly/flying, ski/skiing`,
);
export const JOYS = list(
  `party parade show picnic dance trip race game concert wedding fair festival`,
);
export const TASTY = list(`tasty sweet delicious good great wonderful`);
export const MEALS = list(`breakfast lunch dinner`);
export const HOMES = list(
  `house cottage cabin castle farm tree shop church tower school river lake hill mill`,
);
export const NUMBERS = list(`four five six seven`);
export const WALKED = list(`walked ran went hurried skipped hopped raced`);
export const SOFTLY = list(`softly quietly gently loudly kindly slowly quickly happily bravely`);
export const NOISES = list(`bang crash splash boom roar crack buzz ring`);

/** Nouns that take "some" instead of "a". */
export const UNCOUNTED = new Set(list(`soup bread cheese pizza rice salad pasta corn`));
