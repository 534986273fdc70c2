//! Forms that count once: a double click, a page sent again and a retry after a lost answer are one act.

use super::{Candour, Op, Result, ServiceError};
use crate::store::{
    Tx,
    concern::forms::{self, EarlierForm, Form},
};

impl Candour {
    /// Does an act in one transaction and stores its answer with its form. A form that was received before
    /// does nothing; one that comes again with something else in it is [`ServiceError::Stale`].
    pub(in crate::service) fn once(
        &self,
        op: &Op,
        form: &Form,
        act: impl FnOnce(&mut Tx<'_>) -> Result<String>,
    ) -> Result<()> {
        self.write(|tx| {
            if answer_to(tx, op, form)?.is_some() {
                return Ok(());
            }
            let answer = act(tx)?;
            Ok(forms::keep(tx, &op.viewer, form, &answer)?)
        })
    }
}

/// What was answered to a form when it was received, or nothing if it is new.
pub(in crate::service) fn answer_to(tx: &mut Tx<'_>, op: &Op, form: &Form) -> Result<Option<String>> {
    match forms::find(tx, &op.viewer, form)? {
        EarlierForm::New => Ok(None),
        EarlierForm::Same(answer) => Ok(Some(answer)),
        EarlierForm::Changed { .. } => Err(ServiceError::Stale),
    }
}
