//! What is filled in on the way: triage forms, answers, referrals, submitted outcomes, in words that name no
//! one.

use super::{
    chance::{between, happens, pick},
    doing::Live,
    figures::{self, Ending},
    stories::Grave,
    words,
};
use crate::domain::{
    case::{
        Act, Case, Closing, FilterLetItThrough, NewReferral, Outcome, Question, Reply, TechnicalWords,
        TriageForm,
        work::referral::{Body, Kind},
    },
    kernel::{
        ids::{Random, Reference},
        text::{Line, Summary, TextError},
    },
    school::categories::{self, CategoryRole, Decision, Group, Retention},
};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn summary(list: &[&str], random: &mut dyn Random) -> Result<Summary, TextError> {
    Summary::parse(pick(random, list).copied().unwrap_or("Done."))
}

pub(super) fn referral(body: Body, act: &mut Act<'_>) -> Result<NewReferral, TextError> {
    let filled = body.fields().iter().map(|field| {
        let words = match field.kind {
            // How it ended is not known yet.
            Kind::OneOf(_) if field.ends_the_referral() => return Ok(None),
            Kind::OneOf(answers) => answers.first().map_or("", |(_, words, _)| *words),
            Kind::Line | Kind::Name | Kind::Words => "Recorded on the form we sent; a copy is with the case.",
        };
        Ok(Some((field.name, Summary::parse(words)?)))
    });
    Ok(NewReferral {
        body,
        made_at: act.now() - TimeDelta::minutes(between(act.random, 2, 5)),
        reason: Some(Summary::parse("What we know meets what they ask to be told about.")?),
        fields: filled.filter_map(Result::transpose).collect::<Result<_, TextError>>()?,
    })
}

pub(super) fn why_not(body: Body) -> &'static str {
    match body.decides() {
        None => "A talk about expectations is enough; HR agrees.",
        Some(Decision::Lado) => {
            "Asked the LADO for advice without a name: it does not meet the threshold. The reasons are in the notes."
        }
        Some(Decision::Police | Decision::CsaDuty | Decision::Prevent) => {
            "The liaison officer was asked without a name and advised us to deal with it in school."
        }
        Some(Decision::Ico) => {
            "A risk to people is unlikely: few people, nothing sensitive, and what was sent was given back."
        }
    }
}

pub(super) fn triage_form(live: &Live, case: &Case, act: &mut Act<'_>) -> Result<TriageForm, TextError> {
    let category = if case.category.is(CategoryRole::NotSure) {
        categories::find("CP-CONCERN").map_or(case.category, |category| category.code)
    } else {
        case.category
    };
    let mut answers = BTreeMap::new();
    for question in case.questions_for(category, &BTreeSet::new()) {
        if case.put_at_triage(question, category, act).is_none() {
            let (choice, words) = answer(question, live.story.grave, case, act.random)?;
            answers.insert(question, (choice, words));
        }
    }
    let filter = if Case::asks_about_the_filter(category) {
        let through = category.as_str() == "CON-INAPP" && happens(act.random, 12);
        Some(if through { let_through(act.random)? } else { FilterLetItThrough::No })
    } else {
        None
    };
    Ok(TriageForm {
        category,
        severity: category.category().severity,
        owner: act.person(),
        answers,
        asks: BTreeSet::new(),
        filter,
        aware_at: None,
        spare_reference: Reference::draw(act.random),
    })
}

fn let_through(random: &mut dyn Random) -> Result<FilterLetItThrough, TextError> {
    let web = pick(random, words::ADDRESSES).map(|address| Line::parse(address)).transpose()?;
    let place = pick(random, words::PLACES).map(|place| Line::parse(place)).transpose()?;
    Ok(FilterLetItThrough::Yes(TechnicalWords { web, place, ..Default::default() }))
}

type TriageAnswer = (Option<Reply>, Option<Summary>);

pub(super) fn answer(
    question: Question,
    grave: Grave,
    case: &Case,
    random: &mut dyn Random,
) -> Result<TriageAnswer, TextError> {
    Ok(match question {
        Question::SafeNow => (Some(Reply::Yes), None),
        Question::Wishes => (None, Some(summary(words::WISHES, random)?)),
        Question::Parents if happens(random, 80) => (Some(Reply::Told), None),
        Question::Parents => (Some(Reply::NotTold), Some(Summary::parse(words::NOT_TOLD)?)),
        Question::Threshold => match grave {
            Grave::LadoTold | Grave::LadoDeclined => (Some(Reply::Harm), None),
            Grave::No | Grave::PoliceTold | Grave::PoliceDeclined => (Some(Reply::LowLevel), None),
        },
        Question::Crime => match grave {
            Grave::PoliceTold | Grave::PoliceDeclined => (Some(Reply::Possible), None),
            Grave::No | Grave::LadoTold | Grave::LadoDeclined => (Some(Reply::No), None),
        },
        Question::Prevent => (Some(if happens(random, 20) { Reply::Refer } else { Reply::No }), None),
        Question::PersonalData => {
            if case.category.category().group == Group::DataProtection {
                (Some(Reply::Yes), None)
            } else {
                (Some(Reply::No), Some(Summary::parse(words::NO_DATA)?))
            }
        }
    })
}

pub(super) fn closing(live: &Live, case: &Case, random: &mut dyn Random) -> Result<Closing, TextError> {
    let outcome = match live.story.ending {
        Some(Ending::Closed(outcome)) => outcome,
        Some(Ending::NoCase) | None => {
            let first = figures::endings(case.category.category().group).first();
            match first {
                Some((Ending::Closed(outcome), _)) => *outcome,
                Some((Ending::NoCase, _)) | None => Outcome::NoFurther,
            }
        }
    };
    let parents = if case.has_pupil() {
        "Told by phone, and content with what was done."
    } else {
        "No pupil is concerned."
    };
    Ok(Closing {
        outcome,
        actions: Summary::parse(words::actions(outcome))?,
        rationale: summary(words::RATIONALE, random)?,
        reporter_told: Summary::parse("Thanked, and told that it has been dealt with.")?,
        parents_told: Summary::parse(parents)?,
        lessons: Some(summary(words::LESSONS, random)?),
    })
}

/// How long it is kept, by what it is about.
pub(super) fn retention(case: &Case) -> Retention {
    case.fitting_retention().first().copied().unwrap_or(Retention::ChildProtection)
}
