//! A person of the register as a row has them: their names, and what lists say of them otherwise.

use crate::domain::{
    kernel::{clock::Instant, ids::PersonId},
    people::{
        PersonKind,
        register::{known::Record, name::Name, values::BornOn},
    },
};
use crate::store::{Result, StoreError, db::schema::people};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::str::FromStr;

#[derive(Queryable, Selectable)]
#[diesel(table_name = people, check_for_backend(crate::store::Any))]
pub(in crate::store) struct Row {
    pub(in crate::store) id: PersonId,
    pub(in crate::store) kind: PersonKind,
    name: String,
    given_name: Option<String>,
    family_name: Option<String>,
    preferred_given: Option<String>,
    preferred_family: Option<String>,
    upn: Option<String>,
    born_on: Option<NaiveDate>,
    year_group: Option<String>,
    tutor_group: Option<String>,
    pub(in crate::store) post: Option<String>,
    pub(in crate::store) email: Option<String>,
    directory_id: Option<String>,
    pub(in crate::store) left_at: Option<Instant>,
}

impl Row {
    pub(in crate::store) fn record(&self) -> Result<Record> {
        let name = |column, kept: &Option<String>| {
            let read = |written: &String| Name::parse(written).ok();
            self.read(column, kept, read)
        };
        Ok(Record {
            name: self.name.clone(),
            given: name("given_name", &self.given_name)?,
            family: name("family_name", &self.family_name)?,
            preferred_given: name("preferred_given", &self.preferred_given)?,
            preferred_family: name("preferred_family", &self.preferred_family)?,
            upn: self.read("upn", &self.upn, |upn| upn.parse().ok())?,
            born: self.born_on.map(BornOn::known),
            // A value typed in, or from the sign-in provider, need not be what a list would say.
            year: or_nothing(&self.year_group),
            tutor_group: or_nothing(&self.tutor_group),
            email: or_nothing(&self.email),
            post: or_nothing(&self.post),
            sign_in: or_nothing(&self.directory_id),
        })
    }

    fn read<T>(
        &self,
        column: &str,
        kept: &Option<String>,
        read: impl Fn(&String) -> Option<T>,
    ) -> Result<Option<T>> {
        let corrupt =
            || StoreError::Corrupt { table: "people", column: column.to_owned(), row: self.id.to_string() };
        kept.as_ref().map(|kept| read(kept).ok_or_else(corrupt)).transpose()
    }
}

pub(in crate::store) fn or_nothing<T: FromStr>(kept: &Option<String>) -> Option<T> {
    kept.as_ref().and_then(|kept| kept.parse().ok())
}
