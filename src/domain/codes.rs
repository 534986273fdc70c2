//! One way to write an enum whose values have a code kept in the database and words shown to people.

/// Declares a closed list: each value with its code (kept) and its words (shown).
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
            pub const fn words(self) -> &'static str {
                match self { $(Self::$value => $words),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::codes::UnknownCode;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$value),)+
                    _ => Err($crate::domain::codes::UnknownCode { of: stringify!($name) }),
                }
            }
        }
    };
}
pub(crate) use codes;

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
