//! Other encodings of a CBOR map, each of which says the same or nearly so and must be refused.

use minicbor::Decoder;

/// Variants of `map`, an encoded map of 1 to 22 pairs whose first key is 0.
pub(crate) fn uncanonical(map: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (head, pairs) = (map[0], &map[1..]);
    assert!((0xa1..=0xb6).contains(&head) && pairs[0] == 0, "a short map that begins with key 0");
    let more = [head + 1];
    let mut decoder = Decoder::new(pairs);
    decoder.skip().unwrap();
    decoder.skip().unwrap();
    let (first, others) = pairs.split_at(decoder.position());
    let unknown = [0x18, 0x63];
    vec![
        ("something after the end", [map, &[0]].concat()),
        ("cut off", map[..map.len() - 1].to_vec()),
        ("an indefinite length", [&[0xbf], pairs, &[0xff]].concat()),
        ("a long form of the number of pairs", [&[0xb8, head - 0xa0], pairs].concat()),
        ("a long form of a key", [&[head, 0x18], pairs].concat()),
        ("a key twice", [&more[..], pairs, first].concat()),
        ("keys out of order", [&[head], others, first].concat()),
        ("an unknown key", [&more[..], pairs, &unknown, &[1]].concat()),
        ("too deep", [&more[..], pairs, &unknown, &[0x81; 4000], &[0x80]].concat()),
        ("too deep a map", [&more[..], pairs, &unknown, &[0xa1, 0].repeat(2000), &[0x80]].concat()),
        ("too deep from the beginning", vec![0x81; 4000]),
        ("tagged", [&[0xc1], map].concat()),
        ("empty", Vec::new()),
    ]
}
