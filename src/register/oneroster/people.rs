//! The people of one school of a bundle.

use super::{
    Bundle, NotOpened, families, is_deleted, parts,
    users::{Columns, Role, Roles},
};
use crate::{
    domain::people::register::{
        field::Field,
        incoming::{Extent, Group, Incoming, Mention},
        rejected::{Rejection, Why},
        source::Source,
        upn::Upn,
        written::WrittenRow,
    },
    register::{limits, sheet::Row},
};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Types of `userIds` under which suppliers send the id of Microsoft Entra (`oid`).
const SIGN_IN: [&str; 7] = ["oid", "objectid", "entra", "entraid", "azuread", "azureadobjectid", "aad"];

pub(super) fn read(bundle: &Bundle, school: Option<&str>, today: NaiveDate) -> Result<Incoming, NotOpened> {
    let columns = Columns::of(bundle)?;
    let mut incoming = Incoming::new(Source::OneRoster, bundle.extent);
    let mut rejected = Vec::new();
    let roles = Roles::read(bundle, school, today, &mut rejected)?;
    let born = dates_of_birth(bundle, &mut rejected)?;
    let tutor_groups = tutor_groups(bundle, &mut rejected)?;
    let mut families = families::Families::default();
    let mut refused = Vec::new();
    bundle.users.each(&mut rejected, |row| {
        let id = row.cell(Some(columns.id)).unwrap_or_default().trim();
        let is_gone = is_deleted(row.cell(columns.status).unwrap_or_default());
        let role = match columns.role_in(row, school, roles.as_ref()) {
            Ok(role) => role,
            Err(fault) => return refused.push(fault),
        };
        if is_gone {
            incoming.gone.extend(mentions(row, id, role));
            return;
        }
        if role.is_none()
            && bundle.extent == Extent::Part
            && roles.as_ref().is_some_and(|roles| !roles.names(id))
        {
            return refused.push(Rejection::of_row(&row.place, Why::NoRole));
        }
        let Some(role) = role else { return };
        families.hear(row, &columns, id, role);
        if let Some(group) = role.group() {
            let extra =
                Extra { born: born.get(id), tutor_group: tutor_groups.as_ref().map(|groups| groups.get(id)) };
            incoming.take(&written(row, &columns, group, role, &extra), today);
        }
    })?;
    incoming.rejected.append(&mut rejected);
    incoming.rejected.append(&mut refused);
    incoming.ties.extend(families.ties());
    match incoming.entries.len() > limits::PEOPLE {
        true => Err(NotOpened::TooMany { file: (&*bundle.users.name).into() }),
        false => Ok(incoming),
    }
}

/// A deleted user, under whatever they were: where the role is not told, both a pupil and staff of that id are meant.
fn mentions(row: &Row<'_>, id: &str, role: Option<Role>) -> Vec<Mention> {
    let groups = role.map_or(Group::ALL.to_vec(), |role| role.group().into_iter().collect());
    let mention =
        |group| Mention { place: row.place.clone(), group, id: id.parse().ok(), upn: None, email: None };
    groups.into_iter().map(mention).collect()
}

/// What other files say of a user.
struct Extra<'a> {
    born: Option<&'a String>,
    /// Nothing where the bundle has no homerooms; nothing inside where the user is in none.
    tutor_group: Option<Option<&'a Homeroom>>,
}

fn written(row: &Row<'_>, columns: &Columns, group: Group, role: Role, extra: &Extra<'_>) -> WrittenRow {
    let mut written = WrittenRow::new(row.place.clone(), group);
    let mut say = |field: Field, value: Option<&str>| {
        if let Some(value) = value {
            written.say(field, value);
        }
    };
    say(Field::OwnId, row.cell(Some(columns.id)));
    say(Field::GivenName, row.cell(Some(columns.given)));
    say(Field::FamilyName, row.cell(Some(columns.family)));
    say(Field::PreferredGivenName, row.cell(columns.preferred_given));
    say(Field::PreferredFamilyName, row.cell(columns.preferred_family));
    say(Field::BornOn, extra.born.map(String::as_str));
    say(Field::YearGroup, row.cell(columns.grades).map(|grades| parts(grades).next().unwrap_or_default()));
    say(Field::TutorGroup, extra.tutor_group.map(|group| group.map_or("", |(_, title)| title)));
    say(Field::Email, row.cell(columns.email));
    let user_ids = row.cell(columns.user_ids).unwrap_or_default();
    match role {
        Role::Pupil => say(Field::Upn, upn(row, columns, user_ids).as_deref()),
        Role::Staff(post) => {
            say(Field::Post, Some(post));
            let is_sign_in = |kind: &str| SIGN_IN.contains(&kind.replace(['-', '_', ' '], "").as_str());
            say(Field::SignInId, typed_id(user_ids, is_sign_in));
        }
        Role::Family => {}
    }
    written
}

/// A pupil's number: a user id of type UPN, or the identifier where it is one.
///
/// At Microsoft "UPN" is the user principal name, which has an `@` and no place here.
fn upn(row: &Row<'_>, columns: &Columns, user_ids: &str) -> Option<String> {
    let typed =
        typed_id(user_ids, |kind| matches!(kind, "upn" | "uniquepupilnumber" | "unique pupil number"));
    let typed = typed.filter(|upn| !upn.contains('@')).map(str::to_owned);
    let identifier =
        || row.cell(columns.identifier).filter(|id| id.parse::<Upn>().is_ok()).map(str::to_owned);
    typed.or_else(identifier)
}

/// The first of the user ids, written `{type:id}`, whose type is asked for.
fn typed_id(user_ids: &str, is_asked: impl Fn(&str) -> bool) -> Option<&str> {
    let pairs = user_ids.split('{').filter_map(|part| part.split('}').next()?.split_once(':'));
    let mut asked = pairs.filter(|(kind, _)| is_asked(&kind.trim().to_lowercase()));
    asked.next().map(|(_, id)| id.trim())
}

/// `demographics.csv`: the date of birth by user. The column is `sourcedId` in 1.1 and `userSourcedId` in 1.2.
fn dates_of_birth(
    bundle: &Bundle,
    rejected: &mut Vec<Rejection>,
) -> Result<HashMap<String, String>, NotOpened> {
    let mut born = HashMap::new();
    let Some(sheet) = &bundle.demographics else { return Ok(born) };
    let user = sheet.column("userSourcedId").map_or_else(|| sheet.required("sourcedId"), Ok)?;
    let date = sheet.required("birthDate")?;
    sheet.each(rejected, |row| {
        let cell = |column| row.cell(Some(column)).unwrap_or_default().trim().to_owned();
        born.insert(cell(user), cell(date));
    })?;
    Ok(born)
}

/// The homeroom a pupil is enrolled in: when that began, and its title.
type Homeroom = (String, String);

/// The homeroom of each pupil; of several, the one that began last. Nothing where the bundle has no homerooms.
fn tutor_groups(
    bundle: &Bundle,
    rejected: &mut Vec<Rejection>,
) -> Result<Option<HashMap<String, Homeroom>>, NotOpened> {
    let (Some(classes), Some(enrollments)) = (&bundle.classes, &bundle.enrollments) else { return Ok(None) };
    let (id, title, kind) =
        (classes.required("sourcedId")?, classes.required("title")?, classes.required("classType")?);
    let status = classes.column("status");
    let mut titles = HashMap::new();
    classes.each(rejected, |row| {
        let cell = |column: usize| row.cell(Some(column)).unwrap_or_default().trim().to_owned();
        let is_deleted = is_deleted(row.cell(status).unwrap_or_default());
        if cell(kind).eq_ignore_ascii_case("homeroom") && !is_deleted {
            titles.insert(cell(id), cell(title));
        }
    })?;
    let (class, user) = (enrollments.required("classSourcedId")?, enrollments.required("userSourcedId")?);
    let (status, begin) = (enrollments.column("status"), enrollments.column("beginDate"));
    let mut groups: HashMap<String, Homeroom> = HashMap::new();
    enrollments.each(rejected, |row| {
        let cell = |column: Option<usize>| row.cell(column).unwrap_or_default().trim();
        let Some(title) = titles.get(cell(Some(class))) else { return };
        let new = (cell(begin).to_owned(), title.clone());
        let is_later = groups.get(cell(Some(user))).is_none_or(|old| *old < new);
        if is_later && !is_deleted(cell(status)) {
            groups.insert(cell(Some(user)).to_owned(), new);
        }
    })?;
    Ok((!titles.is_empty()).then_some(groups))
}
