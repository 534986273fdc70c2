//! Why a use case did not do what was asked, whichever room of the rules says so.

use crate::domain::{
    case, concern, governors,
    kernel::codes::Worded,
    people::{adults, duty, register, renaming, ties},
    school::settings,
};

/// Declares one sentence out of several rooms: each room with its own.
macro_rules! of_rooms {
    ($($(#[$doc:meta])* $room:ident($of:ty),)+) => {
        /// Why something was not done: a sentence of the room that says so.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Problem { $($(#[$doc])* $room($of)),+ }

        impl Problem {
            /// The words shown to people.
            pub fn words(&self) -> String {
                self.worded().into_owned()
            }
        }

        impl Worded for Problem {
            fn worded(&self) -> std::borrow::Cow<'static, str> {
                match self { $(Self::$room(problem) => problem.worded()),+ }
            }
        }

        $(impl From<$of> for Problem {
            fn from(problem: $of) -> Self {
                Self::$room(problem)
            }
        })+
    };
}

of_rooms! {
    /// About a concern that is being reported.
    Concern(concern::Problem),
    /// About a case.
    Case(case::Problem),
    /// About an adult of the school.
    Adults(adults::Problem),
    /// About a name.
    Names(renaming::Problem),
    /// About a role, a code or an account.
    Duty(duty::Problem),
    /// About a declared relationship.
    TiesChanged(ties::Problem),
    /// About an import.
    Register(register::Problem),
    /// About a setting.
    Settings(settings::Problem),
    /// About a term's report.
    Statistics(governors::Problem),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{kernel::refusal::Refusal, people::ShownName},
        service::ServiceError,
    };

    #[test]
    fn a_problem_of_any_room_is_worded_where_it_is_shown_and_a_name_in_it_is_not_logged() {
        let name = ShownName("Dinah Lead".to_owned());
        let refused = Refusal::field("email", adults::Problem::EmailOfAnother { name });
        let ServiceError::Invalid(errors) = ServiceError::from(refused) else { panic!("a field is wrong") };
        assert!(errors[0].problem.words().starts_with("Dinah Lead has this address"));
        assert!(!format!("{errors:?}").contains("Dinah"), "{errors:?}");
    }
}
