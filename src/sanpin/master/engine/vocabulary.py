"""The words by which the families of giftware are known, strongest table first.

The tables were made from the descriptions of a wholesaler of giftware, most sold items first.
Add a word to the table of its strength: a material beats a product noun, a product noun beats
a motif. Where two words mislead together, add the whole phrase to the fixed ones. A phrase may
stand in one family only; a test keeps that.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["FIXED", "HINTS", "MATERIALS", "PRODUCTS", "Family"]


class Family(StrEnum):
    """What an item is mainly made of or by; items of a family share machines and materials."""

    CERAMIC = "ceramic"
    TEXTILE = "textile"
    CANDLE = "candle"
    METAL = "metal"
    PAPER = "paper"
    GLASS = "glass"
    WOOD = "wood"
    TOY = "toy"
    OTHER = "other"


FIXED = {
    Family.CANDLE: "candle pot, candle plate, candle in glass, candle in jar",
    Family.CERAMIC: (
        "ceramic top storage jar, egg cup, tea set, cake stand, cakestand, dog bowl, coffee mug"
    ),
    Family.GLASS: "jam jar, jam making set, snow globe, photo cube, fairy light, chilli light",
    Family.METAL: (
        "coat rack, photo frame cornice, card holder, watering can, cookie cutter, lunch box, "
        "snack box, wall clock, alarm clock, kitchen scale, toilet roll holder, napkin holder, "
        "magazine rack, wall tidy, letter rack, toast rack, hook hanger, tin sign, recipe book "
        "stand, tape measure, cake tin, herb tin, spice tin, knick knack tin, biscuit tin"
    ),
    Family.OTHER: "plaster in tin, lip gloss, night light, modelling clay, knob acrylic",
    Family.PAPER: (
        "paper lantern, paper chain, paper bunting, cake case, petit four case, playing card, "
        "gift wrap, gift bag, party bag, christmas card, birthday card, gift tag, picture wall "
        "art, wall art, recipe box, popcorn holder, photo album, note book, sticker set, "
        "baking case"
    ),
    Family.TEXTILE: (
        "hot water bottle, tea towel, tea cosy, oven glove, peg bag, lunch bag, jumbo bag, "
        "jumbo storage bag, charlotte bag, shoulder bag, bean bag, wash bag, table cloth, "
        "table runner, door mat, bath mat, door stop, kneeling pad, sewing kit, eye mask, "
        "silk fan, christmas stocking, place mat, hand warmer, mini case, knitting nancy, "
        "oven mitt, placemat"
    ),
    Family.TOY: (
        "card game, snap card, drawing slate, skipping rope, alphabet block, jigsaw block, "
        "paint set, soft toy, colouring set, rounders garden set, croquet garden set, "
        "skittle garden set, finger puppet, spinning top, bath duck, rocking horse, paper doll"
    ),
    Family.WOOD: (
        "building block word, block letter, black board, chalkboard, memo board, clothes peg, "
        "record frame, record cover frame, picture frame, photo frame, photo shelf, "
        "rolling pin, nesting box, advent calendar, heart of wicker, drawer cabinet"
    ),
}
"""Phrases that decide before single words, because those would mislead.

A hot water bottle is sewn, not blown; a lunch box is pressed from tinplate, not folded.
"""

MATERIALS = {
    Family.CERAMIC: "ceramic, porcelain, stoneware, terracotta, earthenware, slate, china",
    Family.GLASS: "glass, crystal, diamante, millefiori, murano",
    Family.METAL: (
        "metal, enamel, zinc, steel, iron, aluminium, brass, copper, pewter, wire, chrome, filigree"
    ),
    Family.PAPER: "paper, card, cardboard, papier, decoupage, foil",
    Family.TEXTILE: (
        "cotton, felt, feltcraft, knitted, woolly, wool, linen, silk, velvet, canvas, fleece, "
        "flannel, fabric, organza, patchwork, quilt, quilted, crochet, lace, leather, suede, "
        "jute, hessian, chenille, flock, oilcloth"
    ),
    Family.WOOD: "wood, wooden, wicker, bamboo, willow, rattan, pine, driftwood",
}
"""Words that name what the thing is made of."""

PRODUCTS = {
    Family.CANDLE: (
        "candle, t light, tealight, tea light, t light holder, candlestick, candleholder, "
        "candle holder, candelabra, incense, wax, votive, wick, candlepot, oil burner"
    ),
    Family.CERAMIC: (
        "mug, cup, teacup, saucer, teapot, bowl, plate, jug, vase, dish, trinket box, "
        "trinket pot, trinket tray, money bank, piggy bank, money box, pot, ornament, figurine, "
        "mould, ramekin, knob, doorknob, drawer knob, drawerknob, tile, planter, toothbrush "
        "holder, tea coffee sugar, tray, platter, casserole, spoon rest, egg holder, cat bowl, "
        "salt and pepper, soap holder, tea for one, coffee set"
    ),
    Family.GLASS: (
        "jar, bottle, tumbler, decanter, mirror, beaker, necklace, bracelet, earring, bauble, "
        "coaster, chandelier, pendant, ring, brooch, paperweight, marble, choker, lariat, "
        "cloche, goblet, flask, bead"
    ),
    Family.METAL: (
        "tin, cutlery, sign, lantern, hanger, bin, bucket, scale, clock, keyring, key ring, "
        "spoon, teaspoon, fork, knife, whisk, thermometer, magnet, bell, wind chime, windmill, "
        "trowel, hook, rack, tongs, saucepan, pan, opener, bird feeder, feeder, lamp, torch, "
        "badge, scissor, tidy, watch, timer, cage, birdcage, organiser, post box, letter box, "
        "secateur, tool, hairclip, hair grip, hair clip, charm, locket, pail, container, "
        "canister, cannister, caddy, grater, colander, doorstop, trellis, strainer, cutter, "
        "whistle, screwdriver, hammer, sconce, stand, toastrack, corer, dispenser, calculator, "
        "doorbell, wheelbarrow, ladle, towel rail, cake slice, plant holder, wreath, sword"
    ),
    Family.PAPER: (
        "napkin, wrap, doily, doiley, notebook, journal, book, sticker, postcard, envelope, "
        "poster, calendar, garland, streamer, invite, tissue, tag, diary, confetti, sketchbook, "
        "planner, notepad, memo pad, shopping list, folder, origami, gift box, lampshade, "
        "stationery, cake topper, album, bookmark, stencil, tattoo, frieze, writing set, "
        "passport cover, luggage tag, decoration, honeycomb, toilet roll, party cone, tape, "
        "cake frill, rosette, match, file, straw"
    ),
    Family.TEXTILE: (
        "bag, shopper, cushion, bunting, doormat, mat, apron, towel, purse, parasol, umbrella, "
        "ribbon, scarf, slipper, sock, glove, hat, blanket, throw, hammock, curtain, pillow, "
        "hottie, warmer, rug, pouch, backpack, rucksack, wallet, handbag, sack, stocking, "
        "pencil case, tote, cloth, washbag, pyjama, bib, kneeler, poncho, deckchair, flag, "
        "headband, passport holder, sombrero, tablecloth, runner, sponge, shawl, sachet, "
        "pincushion, robe, boot, flip flop, sandal, tinsel, pompom, tassel, suitcase, seat pad, "
        "pennant, pouffe, rain mac, skirt, food cover, fan, shoe"
    ),
    Family.TOY: (
        "toy, game, puzzle, jigsaw, dice, domino, skittle, harmonica, puppet, yo yo, ball, "
        "teddy, kite, balloon, ludo, quoit, rattle, whoopee cushion, tambourine, maraca, "
        "boomerang, hoop, bubble, catapult, sandcastle, chess, pinball, mask, costume, wand, "
        "glider, pencil, pen, crayon, chalk, ruler, eraser, sharpener, stamp, paint, playhouse, "
        "wigwam, tent, helicopter, rocket, carousel, bingo, boule, flying disc, creepy crawly, "
        "chalk stick, craft, puppet theatre, ladder"
    ),
    Family.WOOD: (
        "frame, basket, cabinet, cupboard, drawer, sideboard, chest, crate, stool, chair, table, "
        "shutter, bird table, log, hamper, trug, peg, honey dipper, block, board, memoboard, "
        "blackboard, noticeboard, bookend, bench, plaque, birdhouse, bird house, brush, broom, "
        "mop, easel, abacus, storage cube, shelf, shelving, plant ladder, cracker, "
        "chopping board, chopstick, toilet seat, garden marker, herb marker"
    ),
}
"""Nouns that name the thing itself, by what it is mostly made of in this trade.

A mug is ceramic unless a material word says otherwise.
"""

HINTS = {
    Family.CANDLE: "scented, citronella, chocolatecandle",
    Family.CERAMIC: "egg, cake plate, toadstool, flowerpot, gnome, duck",
    Family.GLASS: "light, glitter, mosaic, jewel, pearl",
    Family.METAL: "key, chain, kitchen, shed, baking set, cooking set, silver, antique, gold",
    Family.PAPER: "box, gift, mobile, party, pack, place setting, message, list, invitation",
    Family.TEXTILE: "feather, flower, rose, bow, cover, stripe, gingham, cosy, hair, needle",
    Family.TOY: "doll, dolly, dinosaur, soldier, car, train, robot, magic, kit, babushka, puppy",
    Family.WOOD: "tree, house, herb, grow, plant, garden, word, letter, alphabet, door",
}
"""Weaker words: motifs and surroundings that only tell when nothing better is said.

They stand last so that a bag with a doll on it stays a bag.
"""
