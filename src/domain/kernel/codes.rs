//! How an enum is written whose values have a code that is stored and words that are shown: both in one place.
//!
//! `codes!` is for a closed list, `sentences!` for values that carry typed parameters. `docs/words.txt` lists every one
//! of them; it is made from the source, so that a declaration is all there is to add.

/// Declares a closed list: each value with its code (stored) and its words (shown).
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $code:literal, $words:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] #[doc = $words] $value),+ }

        impl $name {
            /// Every value, in the order shown to people.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The code kept in the database and in forms.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code),+ }
            }

            /// The words shown to people.
            pub fn words(self) -> &'static str {
                $crate::domain::kernel::codes::shown(self.code(), match self { $(Self::$value => $words),+ })
            }
        }

        impl $crate::domain::kernel::codes::Worded for $name {
            fn worded(&self) -> std::borrow::Cow<'static, str> {
                self.words().into()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::kernel::codes::UnknownCode;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$value),)+
                    _ => Err($crate::domain::kernel::codes::UnknownCode { of: stringify!($name) }),
                }
            }
        }
    };
}
pub(crate) use codes;

/// Declares sentences with typed parameters, which stand in braces where they are said:
/// `Excluded { desk: Desk } = "excluded", "the {desk} may not deal with this";`.
///
/// A sentence is stored as its code with its parameters, `{"code":"excluded","desk":"dsl"}`, and worded where it is
/// shown. A parameter is anything [`Worded`]: a closed list, a number, an instant, another sentence, several of them.
/// What names somebody is none: people and their words are looked up where they are shown.
macro_rules! sentences {
    ($(#[$doc:meta])* $name:ident { $(
        $(#[$vdoc:meta])* $value:ident $({ $($parameter:ident: $of:ty),+ $(,)? })? = $code:literal, $words:literal;
    )+ }) => {
        $crate::domain::kernel::codes::problems! {
            $(#[$doc])*
            #[derive(serde::Serialize, serde::Deserialize)]
            #[serde(tag = "code")]
            $name { $(
                $(#[$vdoc])* #[serde(rename = $code)]
                $value $({ $($parameter: $of),+ })? = $code, $words;
            )+ }
        }
    };
}
pub(crate) use sentences;

/// Declares sentences as `sentences!` does that are said once and never stored: why something was not done, and what is
/// wrong with an answer.
macro_rules! problems {
    ($(#[$doc:meta])* $name:ident { $(
        $(#[$vdoc:meta])* $value:ident $({ $($parameter:ident: $of:ty),+ $(,)? })? = $code:literal, $words:literal;
    )+ }) => {
        #[derive(Debug, Clone, PartialEq, Eq)]
        $(#[$doc])*
        pub enum $name { $(
            $(#[$vdoc])* #[doc = $words]
            $value $({ $(#[doc = concat!("Stands at `{", stringify!($parameter), "}`.")] $parameter: $of),+ })?
        ),+ }

        impl $name {
            /// The code, without its parameters.
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$value $({ $($parameter: _),+ })? => $code),+ }
            }

            /// The words shown to people.
            pub fn words(&self) -> String {
                let words = match self { $(Self::$value $({ $($parameter),+ })? => {
                    $($(let $parameter = $crate::domain::kernel::codes::Worded::worded($parameter);)+)?
                    format!($words)
                })+ };
                $crate::domain::kernel::codes::shown(self.code(), words)
            }
        }

        impl $crate::domain::kernel::codes::Worded for $name {
            fn worded(&self) -> std::borrow::Cow<'static, str> {
                self.words().into()
            }
        }
    };
}
pub(crate) use problems;

use std::borrow::Cow;

/// What can stand within a sentence.
pub trait Worded {
    /// How it reads there.
    fn worded(&self) -> Cow<'static, str>;
}

/// Several are said one after another.
impl<T: Worded> Worded for Vec<T> {
    fn worded(&self) -> Cow<'static, str> {
        let each: Vec<_> = self.iter().map(Worded::worded).collect();
        each.join("; ").into()
    }
}

macro_rules! numbers {
    ($($number:ty),+) => { $(
        impl Worded for $number {
            fn worded(&self) -> Cow<'static, str> {
                in_threes(&self.to_string()).into()
            }
        }
    )+ };
}

/// "50,000": a comma before every three figures.
fn in_threes(figures: &str) -> String {
    let within = |at: usize| figures[..at].ends_with(|before: char| before.is_ascii_digit());
    let comma = |at: usize| if within(at) && (figures.len() - at).is_multiple_of(3) { "," } else { "" };
    figures.char_indices().map(|(at, figure)| format!("{}{figure}", comma(at))).collect()
}

numbers!(u8, u32, usize, i32, i64);

/// The words of a code as they are shown. A test can take the words of every code away, to see that no rule reads them.
#[cfg(not(test))]
#[doc(hidden)]
pub fn shown<Words>(_code: &'static str, words: Words) -> Words {
    words
}

#[cfg(test)]
pub(crate) use reworded::{reworded, shown};

/// Nonsense in place of the words of every code, while a test asks for it.
#[cfg(test)]
mod reworded {
    use std::cell::Cell;

    thread_local! {
        static NONSENSE: Cell<bool> = const { Cell::new(false) };
    }

    /// Does something with every code reworded to nonsense, on this thread.
    pub(crate) fn reworded<T>(what: impl FnOnce() -> T) -> T {
        let _as_before = AsBefore;
        NONSENSE.set(true);
        what()
    }

    /// Gives the words back, after a panic too.
    struct AsBefore;

    impl Drop for AsBefore {
        fn drop(&mut self) {
            NONSENSE.set(false);
        }
    }

    /// Words that can be nonsense instead.
    pub(crate) trait Rewordable {
        fn nonsense(code: &'static str) -> Self;
    }

    impl Rewordable for String {
        fn nonsense(code: &'static str) -> Self {
            format!("zq{}qz", code.len())
        }
    }

    impl Rewordable for &'static str {
        fn nonsense(code: &'static str) -> Self {
            Box::leak(String::nonsense(code).into_boxed_str())
        }
    }

    pub(crate) fn shown<Words: Rewordable>(code: &'static str, words: Words) -> Words {
        if NONSENSE.get() { Words::nonsense(code) } else { words }
    }
}

/// Words at the beginning of a sentence.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A code that is not in the list; the value itself is left out, since it may be somebody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown {of}")]
pub struct UnknownCode {
    /// The list it should have been in.
    pub of: &'static str,
}

#[cfg(test)]
mod tests {
    use super::{Worded, reworded};
    use serde_json::json;

    codes! {
        /// Who looks after something.
        Keeper {
            Cook = "cook", "cook";
            Porter = "porter", "porter and caretaker";
        }
    }

    sentences! {
        /// What became of a key.
        Key {
            Lost = "lost", "It is lost";
            With { keeper: Keeper } = "with", "The {keeper} has it";
            Copied { count: u32, why: Vec<Key> } = "copied", "There are {count} of it: {why}";
        }
    }

    #[test]
    fn a_sentence_is_stored_as_its_code_with_its_parameters_and_worded_when_it_is_shown() {
        let key = Key::Copied { count: 2, why: vec![Key::With { keeper: Keeper::Porter }, Key::Lost] };
        let stored = json!({"code": "copied", "count": 2, "why": [{"code": "with", "keeper": "porter"}, {"code": "lost"}]});
        assert_eq!(serde_json::to_value(&key).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Key>(stored).unwrap(), key);
        assert_eq!(key.words(), "There are 2 of it: The porter and caretaker has it; It is lost");
        assert_eq!(key.worded(), key.words());
        assert_eq!((key.code(), Keeper::ALL.len(), "cook".parse()), ("copied", 2, Ok(Keeper::Cook)));
    }

    #[test]
    fn every_word_can_be_taken_away_for_a_while() {
        let key = Key::With { keeper: Keeper::Cook };
        assert_eq!(reworded(|| (key.words(), Keeper::Cook.words())), ("zq4qz".to_owned(), "zq4qz"));
        assert_eq!((key.words().as_str(), Keeper::Cook.words()), ("The cook has it", "cook"));
    }
}
