//! Every table, in the column types both databases share. Private to the store.
//!
//! Conventions, held by `tests/suite/migrations.rs`:
//! - Ids are UUID v7: `uuid` on PostgreSQL, 36 characters of text on SQLite. Every SQLite table is `STRICT`.
//! - Instants are UTC: `timestamptz`, or RFC 3339 text to the microsecond (`2026-11-21T09:30:00.000000Z`),
//!   whose order is the order of time. Days are `date`, or text `2026-11-21`.
//! - JSON is `jsonb`, or text with `CHECK (json_valid(column))`. Codes are text with no list in the database:
//!   the domain's `codes!` is the list, and one it does not know is [`crate::store::StoreError::Corrupt`].
//! - Every table of a school has `school_id`, and its foreign keys and unique indexes begin with it, so that
//!   a row of one school can never point into another.
//! - A migration has the same name and makes the same tables, columns, nullability and keys on both. Its
//!   files never change again: what comes later is a new migration.

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// One row: what this database is for.
    installation (id) {
        id -> SmallInt,
        kind -> Text,
        created_at -> Instant,
    }
}
diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// A school of this installation. Its settings are one document: what it began with and every change
    /// approved since.
    schools (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        settings -> Json,
        calendar -> Json,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// A sign-in, known by issuer and subject. Belongs to the installation.
    accounts (id) {
        id -> Uuid,
        issuer -> Text,
        subject -> Text,
        name -> Text,
        email -> Nullable<Text>,
        provider -> Nullable<Text>,
        vouched -> Nullable<Json>,
        created_at -> Instant,
        last_school_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// The register of a school: staff, governors, visitors and pupils.
    people (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        name -> Text,
        given_name -> Nullable<Text>,
        family_name -> Nullable<Text>,
        preferred_given -> Nullable<Text>,
        preferred_family -> Nullable<Text>,
        upn -> Nullable<Text>,
        born_on -> Nullable<Date>,
        year_group -> Nullable<Text>,
        tutor_group -> Nullable<Text>,
        post -> Nullable<Text>,
        email -> Nullable<Text>,
        directory_id -> Nullable<Text>,
        added_by -> Nullable<Text>,
        deactivated_by -> Nullable<Text>,
        teaching -> Bool,
        added_at -> Instant,
        left_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Which person of a school an account is.
    bindings (school_id, account_id) {
        school_id -> Uuid,
        account_id -> Uuid,
        person_id -> Uuid,
        how -> Text,
        code_from -> Nullable<Text>,
        bound_at -> Instant,
        confirmed_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Who sits at which desk, or holds which office, from when to when.
    duties (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        desk -> Nullable<Text>,
        seat -> Nullable<Text>,
        office -> Nullable<Text>,
        starts_at -> Instant,
        ends_at -> Nullable<Instant>,
        why -> Nullable<Text>,
        how_ended -> Nullable<Text>,
        ended_by -> Nullable<Uuid>,
        ended_why -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Declared relationships between two people: partner, parent, household.
    person_ties (school_id, person_id, other_id) {
        school_id -> Uuid,
        person_id -> Uuid,
        other_id -> Uuid,
        tie -> Text,
        source -> Nullable<Text>,
        recorded_at -> Instant,
        recorded_by -> Nullable<Uuid>,
        grounds -> Nullable<Text>,
        set_aside_at -> Nullable<Instant>,
        set_aside_by -> Nullable<Uuid>,
        set_aside_why -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// What an import of people is told by hand, and when the last one was stored.
    registers (school_id) {
        school_id -> Uuid,
        org -> Nullable<Text>,
        imported_at -> Nullable<Instant>,
        keyed_as -> Integer,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// The lists each person has been on, with what each calls them.
    person_sources (school_id, person_id, source) {
        school_id -> Uuid,
        person_id -> Uuid,
        source -> Text,
        external_id -> Nullable<Text>,
        seen_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// A pupil's situation: read from inside a case and by an import only.
    person_context (school_id, person_id) {
        school_id -> Uuid,
        person_id -> Uuid,
        send -> Nullable<Text>,
        looked_after -> Nullable<Text>,
        child_in_need -> Nullable<Text>,
        protection_plan -> Nullable<Text>,
        social_worker -> Nullable<Text>,
        changed_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// How a name is found while it is being typed.
    name_keys (school_id, key, name, person_id) {
        school_id -> Uuid,
        key -> Text,
        name -> Text,
        person_id -> Uuid,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Names that people no longer go by, for good.
    former_names (school_id, person_id, name, until) {
        school_id -> Uuid,
        person_id -> Uuid,
        name -> Text,
        until -> Instant,
        shown -> Bool,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Names that take two people: a change of one, or a person to be added under one.
    name_proposals (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        person_id -> Nullable<Uuid>,
        name -> Text,
        name_before -> Nullable<Text>,
        person_kind -> Nullable<Text>,
        email -> Nullable<Text>,
        why -> Text,
        road -> Text,
        proposed_by -> Nullable<Uuid>,
        proposed_at -> Instant,
        state -> Text,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Instant>,
        email_before -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// How often each person asked for names in their minute.
    name_pace (school_id, person_id) {
        school_id -> Uuid,
        person_id -> Uuid,
        since -> Instant,
        asked -> Integer,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// A list sent on the import page, between looking through it and importing it.
    sent_lists (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        file_name -> Text,
        bytes -> Binary,
        sent_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Who is in which case now: where the earlier cases of a person are found.
    case_subjects (school_id, person_id, case_id) {
        school_id -> Uuid,
        person_id -> Uuid,
        case_id -> Uuid,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// One row: the key that cookies are sealed with, shared by every node.
    cookie_keys (id) {
        id -> SmallInt,
        secret -> Text,
        made_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Sign-ins that came back with the provider's word: each is used once.
    used_sign_ins (state_hash) {
        state_hash -> Text,
        ends_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// How often each account tried one-time codes while signed in.
    code_tries (account_id) {
        account_id -> Uuid,
        since -> Instant,
        tries -> Integer,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// A live sign-in: the token is never stored, only its hash.
    sessions (id) {
        id -> Uuid,
        token_hash -> Text,
        account_id -> Uuid,
        school_id -> Uuid,
        person_id -> Uuid,
        csrf -> Text,
        provider -> Text,
        provider_session -> Nullable<Text>,
        id_token -> Nullable<Text>,
        device -> Text,
        fresh_at -> Nullable<Instant>,
        started_at -> Instant,
        last_seen -> Instant,
        ends_at -> Instant,
        hidden_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// A sign-in the provider vouched for and no school knows yet: a short wait for a one-time code.
    pending_sign_ins (token_hash) {
        token_hash -> Text,
        issuer -> Text,
        subject -> Text,
        name -> Text,
        email -> Nullable<Text>,
        vouched -> Nullable<Json>,
        provider -> Text,
        provider_session -> Nullable<Text>,
        id_token -> Nullable<Text>,
        return_to -> Text,
        tries -> Integer,
        started_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Whose first sign-in waits at which school, for its administrators.
    access_requests (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        issuer -> Text,
        subject -> Text,
        name -> Text,
        email -> Nullable<Text>,
        provider -> Text,
        why -> Text,
        first_at -> Instant,
        last_at -> Instant,
        settled_at -> Nullable<Instant>,
        claim_email -> Nullable<Text>,
        claim_id -> Nullable<Text>,
        yes_whose -> Nullable<Uuid>,
        yes_by -> Nullable<Uuid>,
        yes_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// One-time codes handed over in person.
    binding_codes (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        code_hash -> Text,
        made_by -> Nullable<Uuid>,
        made_at -> Instant,
        ends_at -> Instant,
        used_at -> Nullable<Instant>,
        used_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Accounts that were taken away from a person.
    taken_accounts (school_id, account_id, person_id) {
        school_id -> Uuid,
        account_id -> Uuid,
        person_id -> Uuid,
        taken_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Every account that ever was a person's, and since when that is proven.
    known_accounts (school_id, person_id, account_id) {
        school_id -> Uuid,
        person_id -> Uuid,
        account_id -> Uuid,
        added_at -> Instant,
        proven_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Addresses that people had, each until it was changed.
    former_addresses (school_id, person_id, until_at) {
        school_id -> Uuid,
        person_id -> Uuid,
        until_at -> Instant,
        address -> Text,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Logouts the provider sent, so that one cannot be sent again.
    logouts (id_hash) {
        id_hash -> Text,
        ends_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// A case: its document, and the columns that lists, counts and clocks read.
    cases (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        reference -> Text,
        version -> Integer,
        status -> Text,
        category -> Text,
        severity -> Text,
        owner_id -> Nullable<Uuid>,
        is_open -> Bool,
        submitted_at -> Instant,
        closed_at -> Nullable<Instant>,
        due_at -> Instant,
        due_desk -> Text,
        counted_as -> Nullable<Text>,
        document -> Json,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Who may read a case: a desk or a person, as what, until when. Written from the case in the same act.
    case_grants (school_id, case_id, position) {
        school_id -> Uuid,
        case_id -> Uuid,
        position -> Integer,
        desk -> Nullable<Text>,
        person_id -> Nullable<Uuid>,
        seats -> Text,
        sight -> Text,
        ends_at -> Nullable<Instant>,
        queue -> Bool,
        due_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Who may not read a case, or not through a desk.
    case_exclusions (school_id, case_id, person_id) {
        school_id -> Uuid,
        case_id -> Uuid,
        person_id -> Uuid,
        scope -> Text,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Whose concern is in which case: what "my reports" starts from.
    concerns (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        case_id -> Uuid,
        reporter_id -> Uuid,
        submitted_at -> Instant,
        account_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Every word that can name a person, with the key its digest in the audit log was made with.
    texts (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        case_id -> Uuid,
        words -> Text,
        secret -> Text,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Every act, chained: each entry holds the hash of the one before.
    audit_entries (school_id, seq) {
        school_id -> Uuid,
        seq -> BigInt,
        at -> Instant,
        case_id -> Nullable<Uuid>,
        actor_id -> Nullable<Uuid>,
        act -> Text,
        entry -> Text,
        previous -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// The last entry of each chain.
    audit_heads (school_id) {
        school_id -> Uuid,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Who opened what, and who was refused what. Sealed into the audit log once a minute.
    access_log (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        at -> Instant,
        person_id -> Uuid,
        kind -> Text,
        case_id -> Nullable<Uuid>,
        detail -> Json,
        sealed_by -> Nullable<BigInt>,
        account_id -> Nullable<Uuid>,
        session_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// E-mails to send: a person and how pressing, never words.
    outbox (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        case_id -> Nullable<Uuid>,
        kind -> Text,
        created_at -> Instant,
        not_before -> Instant,
        late_at -> Instant,
        attempts -> Integer,
        sent_at -> Nullable<Instant>,
        dropped_at -> Nullable<Instant>,
        why_dropped -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// When each person last looked at their first page; until they look again one e-mail is enough.
    attention (school_id, person_id) {
        school_id -> Uuid,
        person_id -> Uuid,
        looked_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Forms that were received: the key each carried and what was answered.
    forms (school_id, person_id, form_key) {
        school_id -> Uuid,
        person_id -> Uuid,
        form_key -> Text,
        address -> Text,
        digest -> Text,
        answer -> Text,
        taken_at -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Reports that were not sent yet: a person's own words, as a form posts them, seen by no one else.
    drafts (school_id, person_id, form_key) {
        school_id -> Uuid,
        person_id -> Uuid,
        form_key -> Text,
        category -> Nullable<Text>,
        fields -> Text,
        saved_at -> Instant,
        page -> Text,
        version -> Integer,
        device -> Text,
        beside -> Nullable<Text>,
        account_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Published term reports, frozen.
    term_reports (school_id, term, revision) {
        school_id -> Uuid,
        term -> Text,
        revision -> Integer,
        report -> Json,
        hash -> Text,
        published_at -> Instant,
        published_by -> Uuid,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Changes proposed to a school's settings: the document, and the columns that lists read.
    proposals (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        status -> Text,
        proposed_at -> Instant,
        proposed_by -> Uuid,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Uuid>,
        document -> Json,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Who of the DSL's desk was on call on a day, as entered on that day.
    on_duty (school_id, said_at) {
        school_id -> Uuid,
        said_at -> Instant,
        person_id -> Uuid,
        phone -> Nullable<Text>,
        said_by -> Uuid,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Every calendar a school has had since it first changed it.
    calendars (school_id, kept_at) {
        school_id -> Uuid,
        kept_at -> Instant,
        kept_by -> Uuid,
        calendar -> Json,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// What was proposed about roles, by whom, and what became of it.
    duty_proposals (school_id, id) {
        school_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        desk -> Nullable<Text>,
        seat -> Nullable<Text>,
        office -> Nullable<Text>,
        duty_id -> Nullable<Uuid>,
        kind -> Text,
        starts_at -> Nullable<Instant>,
        ends_at -> Nullable<Instant>,
        why -> Text,
        proposed_by -> Uuid,
        proposed_at -> Instant,
        state -> Text,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Who has not seen yet that roles changed at their desk, or that a proposal waits for them.
    duty_news (school_id, person_id) {
        school_id -> Uuid,
        person_id -> Uuid,
        since -> Instant,
    }
}

diesel::table! {
    use crate::store::db::sql_types::sql::*;

    /// Until when open cases were moved after the roles that began and ended.
    roster_follow_ups (school_id) {
        school_id -> Uuid,
        followed_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    schools,
    accounts,
    people,
    bindings,
    duties,
    person_ties,
    registers,
    person_sources,
    person_context,
    name_keys,
    former_names,
    name_proposals,
    name_pace,
    sent_lists,
    case_subjects,
    sessions,
    access_requests,
    binding_codes,
    taken_accounts,
    known_accounts,
    former_addresses,
    cases,
    case_grants,
    case_exclusions,
    concerns,
    texts,
    audit_entries,
    audit_heads,
    access_log,
    outbox,
    attention,
    forms,
    drafts,
    term_reports,
    proposals,
    on_duty,
    calendars,
    duty_proposals,
    duty_news,
    roster_follow_ups,
);
