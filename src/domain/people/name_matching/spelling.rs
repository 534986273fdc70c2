//! Near spellings: a letter or two more, fewer, other or changed round, and the short forms of a given name.

use crate::domain::people::register::keys::fold;

/// What rules a near spelling out at a glance: how many letters, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    count: usize,
    letters: u32,
}

impl Shape {
    /// The shape of a folded word.
    pub(super) fn of(word: &str) -> Self {
        let letter = |c: char| 1_u32 << (u32::from(c) % 32);
        word.chars().fold(Self { count: 0, letters: 0 }, |shape, c| Self {
            count: shape.count + 1,
            letters: shape.letters | letter(c),
        })
    }

    /// How many letters.
    pub(super) const fn count(self) -> usize {
        self.count
    }
}

/// A word of a name, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelled {
    /// The word.
    pub(super) text: String,
    /// Its shape.
    shape: Shape,
}

impl Spelled {
    /// A folded word.
    pub(super) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let shape = Shape::of(&text);
        Self { text, shape }
    }

    /// Whether a word may be a slip for this one: edit distance 1 up to seven letters, 2 above, letters changed round
    /// counted once. A single letter is an initial, and no slip.
    pub(super) fn is_near(&self, word: &str, shape: Shape) -> bool {
        let (limit, other_letters) = if self.shape.count <= 7 { (1, 2) } else { (2, 4) };
        self.shape.count > 1
            && shape.count > 1
            && self.shape.count.abs_diff(shape.count) <= limit
            // One edit takes one letter of the alphabet away at most, and brings one.
            && (self.shape.letters ^ shape.letters).count_ones() <= other_letters
            && strsim::osa_distance(&self.text, word) <= limit
    }
}

/// More words than this are compared as they are: which of them is a slip for which takes too long to try.
const MOST_WORDS: usize = 6;

/// Whether a whole name is a near spelling of another, or the same: each word, in any order, the other's or a slip for it.
pub fn is_near_name(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    let words = |name: &str| name.split(' ').filter(|word| !word.is_empty()).map(Spelled::new).collect();
    let (one, other): (Vec<Spelled>, Vec<Spelled>) = (words(&one), words(&other));
    (1..=MOST_WORDS).contains(&one.len()) && one.len() == other.len() && pair_off(&one, &other)
}

/// Whether each of these words is one of the others or a slip for it, and none is left.
fn pair_off(words: &[Spelled], others: &[Spelled]) -> bool {
    let Some((first, rest)) = words.split_first() else { return others.is_empty() };
    others.iter().enumerate().any(|(at, other)| {
        let is_like = other.text == first.text || other.is_near(&first.text, first.shape);
        let left = [&others[..at], &others[at + 1..]].concat();
        is_like && pair_off(rest, &left)
    })
}

/// Short forms that do not begin like the whole name.
const OTHER_FORMS: [(&str, &[&str]); 24] = [
    ("alexander", &["sandy", "sasha", "xander"]),
    ("alfred", &["fred"]),
    ("anthony", &["tony"]),
    ("catherine", &["kate", "katie", "kathy", "kath", "kit"]),
    ("christina", &["tina"]),
    ("dorothy", &["dot", "dolly"]),
    ("edward", &["ted", "ned", "teddy"]),
    ("eleanor", &["nell", "nelly"]),
    ("elizabeth", &["beth", "betty", "bess", "libby", "lisa", "liz", "lizzie"]),
    ("francis", &["frank"]),
    ("helen", &["nell"]),
    ("henry", &["harry", "hal"]),
    ("james", &["jim", "jimmy"]),
    ("john", &["jack"]),
    ("katherine", &["kit"]),
    ("margaret", &["peggy", "meg", "maisie", "daisy"]),
    ("mary", &["molly", "polly"]),
    ("michael", &["mike", "mick"]),
    ("patricia", &["tricia", "trish"]),
    ("rebecca", &["becky", "becca"]),
    ("richard", &["dick", "rick", "ricky"]),
    ("robert", &["bob", "bobby"]),
    ("theodore", &["ted"]),
    ("william", &["bill", "billy"]),
];

/// Whether one given name may be said for another: "Dan" and "Danny" for Daniel, "Bob" for Robert, and the other way
/// round.
pub(super) fn is_form_of(given: &str, word: &str) -> bool {
    is_short_for(word, given) || is_short_for(given, word)
}

fn is_short_for(short: &str, whole: &str) -> bool {
    if short == whole {
        return false;
    }
    let begins = |short: &str, least: usize| short.chars().count() >= least && whole.starts_with(short);
    begins(short, 2)
        || begins(stem(short), 3)
        || OTHER_FORMS.iter().any(|(name, forms)| *name == whole && forms.contains(&short))
}

/// A pet form without its ending: "dan" of "danny", "rob" of "robbie".
fn stem(word: &str) -> &str {
    let bare = ["ie", "ey", "y", "i"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let mut letters = bare.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before => &bare[..bare.len() - last.len_utf8()],
        (Some(_) | None, Some(_) | None) => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_up_to_seven_letters_and_two_above() {
        let near = |name: &str, word: &str| Spelled::new(name).is_near(word, Shape::of(word));
        for (name, word) in [
            ("achebe", "acheba"),
            ("achebe", "achbe"),
            ("achebe", "acchebe"),
            ("achebe", "cahebe"),
            ("marlowe", "marlow"),
            ("marlowe", "malrowe"),
            ("broadbent", "brodbant"),
            ("broadbent", "boradbnet"),
            ("li", "lo"),
        ] {
            assert!(near(name, word), "{word} for {name}");
        }
        for (name, word) in [
            ("achebe", "achba"),
            ("achebe", "ache"),
            ("marlowe", "marow"),
            ("broadbent", "brodban"),
            ("broadbent", "ainscough"),
            ("li", "l"),
            ("", "a"),
        ] {
            assert!(!near(name, word), "{word} for {name}");
        }
    }

    #[test]
    fn short_forms_of_given_names() {
        for (given, word) in [
            ("daniel", "dan"),
            ("daniel", "danny"),
            ("robert", "robbie"),
            ("robert", "bob"),
            ("kate", "catherine"),
            ("jo", "joanne"),
            ("catherine", "cathy"),
        ] {
            assert!(is_form_of(given, word), "{word} for {given}");
        }
        for (given, word) in [("daniel", "daniel"), ("daniel", "d"), ("daniel", "diana"), ("robert", "ian")] {
            assert!(!is_form_of(given, word), "{word} for {given}");
        }
    }
}
