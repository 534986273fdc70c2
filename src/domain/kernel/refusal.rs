//! Why something was not done. Every room of the rules answers with it, in sentences of its own; so this names no room.

/// A problem with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError<Problem> {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong with it; its words say what to do.
    pub problem: Problem,
}

/// Why an act was not done, by what the reader can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal<Problem> {
    /// The person may not know that the thing exists.
    NotFound,
    /// The person can see the thing but may not do this.
    Refused(Problem),
    /// Not from where the thing stands now.
    WrongState(Problem),
    /// Something has to be entered or put right.
    Invalid(Vec<FieldError<Problem>>),
}

impl<Problem> Refusal<Problem> {
    /// One field to put right.
    pub fn field(field: &'static str, problem: Problem) -> Self {
        Self::Invalid(vec![FieldError { field, problem }])
    }
}
