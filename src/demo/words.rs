//! What people write in the pretend schools: plain sentences without a name, chosen by what a concern is
//! about.

use crate::domain::{case::Outcome, school::categories::Group};

/// What happened, as a reporter puts it.
pub const fn happened(group: Group) -> &'static [&'static str] {
    match group {
        Group::Content => &[
            "During the lesson a pupil searched for something that was not about the task. Pictures came up that were not suitable. I turned the screen off and spoke to the pupil after the lesson.",
            "A pupil showed me a video that had been sent to them. It was about hurting yourself. They said they did not go looking for it and that it keeps coming up.",
            "While walking round the computer room I saw a page about losing weight very fast. The pupil closed it when they saw me and said it was for a friend.",
            "A group were passing round a clip with fighting in it at lunchtime. Two of the younger ones looked upset.",
        ],
        Group::Contact => &[
            "A pupil told me that a person they do not know has been messaging them for two weeks. The person says they are 15 but will not talk on a call. They asked which school the pupil goes to.",
            "A pupil said they talk to an app every night and that it told them not to tell their parents how they feel. They were upset when they told me.",
            "A parent called. A person from a game asked their child for a photograph in return for game money. The child did not send one.",
        ],
        Group::Conduct => &[
            "A pupil was crying in form time. Others in the class have made a group without them and are posting unkind things about them every evening.",
            "I was shown a message with an insulting word about another pupil's background. It was sent in the class chat last night.",
            "A pupil used another pupil's account in the library and changed their work. They said it was a joke.",
            "Two pupils told me that an account in the name of a classmate has been made and is posting rude comments about teachers.",
            "A pupil said that others keep asking them for pictures and will not stop when told no. They do not want anybody to get into trouble.",
        ],
        Group::Commerce => &[
            "A pupil said they spent their birthday money on boxes in a game and that they cannot stop thinking about it.",
            "A pupil clicked a link that promised free game money and typed in their parent's card number. The family has called the bank.",
        ],
        Group::ChildConcern => &[
            "This pupil has come in without breakfast three times this week and fell asleep in my lesson. When I asked they said no one was home last night.",
            "A pupil told me they do not want to go home on Friday. They would not say why. They asked me not to tell anybody; I said I could not promise that.",
            "I noticed a mark on a pupil's arm when they rolled up their sleeve. They said they had fallen. I wrote down what they said word for word.",
            "A normally cheerful pupil has stopped talking to friends and cries easily. It has gone on for about three weeks.",
            "A parent who collects this pupil smelled of alcohol for the second time this month.",
        ],
        Group::StaffConduct => &[
            "I saw a colleague's comment under a pupil's picture on a public page. It was friendly but I did not think it was right, so I am writing it down.",
            "A pupil mentioned in passing that a member of staff follows them online and has liked old photographs.",
            "An e-mail to a parent was written in a tone I would not use. I was copied in and it worried me.",
            "Parents have been writing about a member of staff in a local group. Some of it is untrue and unkind.",
        ],
        Group::AupBreach => &[
            "A personal phone was used in the corridor while pupils were passing. No pictures were taken as far as I know.",
            "Messages to families about a trip went out from a personal messaging account and not from the school's system.",
            "Holiday booking pages were open on a classroom computer during the afternoon.",
            "A program was put on a classroom laptop to get round a broken licence. I do not know who did it.",
        ],
        Group::Images => &[
            "A picture of sports day is on a public page with two pupils' full names under it. One of them is not to be photographed.",
            "Photographs of the school trip are still on a personal phone. I was told they would be moved this week.",
        ],
        Group::Filtering => &[
            "A page that should have been blocked opened on a pupil's laptop in the library. I wrote down the address and closed it.",
            "A page we need for a lesson tomorrow is blocked for pupils.",
            "The monitoring system raised an alert about words typed in a document late in the evening.",
            "A pupil was using a free VPN in the computer room and showed others how to do it.",
        ],
        Group::Systems => &[
            "I had an e-mail that looked as if it came from the headteacher, asking me to buy gift cards. I did not answer it.",
            "A classroom computer was left logged in over lunch with the register open.",
            "A password was on a note stuck under a keyboard in the office.",
            "My account sent messages I did not write. I have changed the password.",
        ],
        Group::DataProtection => &[
            "A letter about one child's support was sent to another family by mistake. They called and have given it back.",
            "A folder with reading ages of one class was left in the staff car park overnight.",
            "A list of parents' addresses was attached to an e-mail to the wrong group.",
        ],
        Group::NotSure => &[
            "I overheard something between two pupils that did not sound right. I am not sure what it is about, so I am writing down exactly what I heard.",
        ],
    }
}

/// What the reporter did already.
pub const DONE: &[&str] = &[
    "I stayed with the pupil until the end of the lesson.",
    "I told the safeguarding lead on call in person.",
    "I wrote down the words they used.",
    "I asked them to keep the messages and not to answer.",
    "Nothing yet.",
];

/// Where.
pub const PLACES: &[&str] = &[
    "Computer room",
    "Library",
    "Main corridor",
    "At home, evening",
    "Playground",
    "Form room",
    "On the bus",
];

/// Which app or account.
pub const APPS: &[&str] =
    &["A video app", "A class group chat", "An online game", "A photo-sharing app", "A chat companion app"];

/// Which device.
pub const DEVICES: &[&str] = &["School laptop", "Own phone", "Library computer 4", "Tablet"];

/// A web address; `.example` names belong to no one.
pub const ADDRESSES: &[&str] =
    &["http://videos.clips.example/watch/8841", "https://free-coins.example/win", "https://proxy.example/go"];

/// What the child wants to happen.
pub const WISHES: &[&str] = &[
    "Wants it to stop and does not want to be moved to another class.",
    "Wants to be there when parents are told.",
    "Would like to talk to the same person again next week.",
    "Not asked yet: the pupil was too upset today. Will be asked tomorrow.",
];

/// Why no personal data was lost.
pub const NO_DATA: &str = "Looked at with the reporter: no one's details were on it or could be read.";
/// Why parents have not been told yet.
pub const NOT_TOLD: &str = "Not yet: we agreed with the pupil to do it together tomorrow after school.";

/// A plan.
pub const PLANS: &[&str] = &[
    "Talk to those involved one by one, call home, and look at it again in a week.",
    "Meet the pupil and a parent this week; agree who checks in and how often.",
    "Find out how it happened, put it right, and tell those who need to know.",
];

/// A note in the course of the work.
pub const NOTES: &[&str] = &[
    "Spoke with the pupil at break. Calmer today. Will meet again on Monday.",
    "The form tutor has seen nothing new this week.",
    "Looked at the records of earlier years: nothing like it.",
    "Agreed with the head of year who keeps an eye on this in lessons.",
    "Checked the filter's log for that afternoon. Nothing else of the kind.",
];

/// A conversation.
pub const SAID: &[&str] = &[
    "Explained what we know and what we will do. They thanked us and will talk about it at home.",
    "They were worried at first. We agreed to speak again on Friday.",
    "They asked what happens next and were content with the answer.",
];

/// A task.
pub const TASKS: &[&str] =
    &["Call home before Friday", "Check in with the pupil next week", "Ask the form tutor how things are"];

/// What an outcome came from.
pub const fn actions(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Support => {
            "Regular time with a trusted adult, and a lesson on the subject for the whole year."
        }
        Outcome::NoFurther => "Those involved were spoken to. Nothing more came of it.",
        Outcome::Sanction => "Dealt with under the behaviour policy; the pupils met and put it right.",
        Outcome::Technical => "The setting was put right and tested.",
        Outcome::Advice => "A talk about what is expected, and a reminder of the acceptable use policy.",
        Outcome::Disciplinary => "Taken up under the disciplinary procedure with advice from HR.",
        Outcome::Outside => "Passed on with everything we know; they have told us what they will do.",
        Outcome::Unfounded => "Looked into fully. It did not happen as alleged.",
    }
}

/// Why a case may end.
pub const RATIONALE: &[&str] = &[
    "Nothing of the kind since, and the children affected say it has stopped.",
    "Support is in place and will be looked at again with the form tutor.",
    "The cause was found and put right.",
];

/// Which lessons were learned.
pub const LESSONS: &[&str] = &[
    "Talking about it in tutor time earlier in the year.",
    "A clearer line in the acceptable use policy.",
    "Nothing we could have known.",
    "A quicker look at the alerts on Monday mornings.",
];

/// Why it needs no further action.
pub const NO_CASE: &[&str] = &[
    "The same thing was reported and dealt with last week.",
    "A misunderstanding: the page was part of the lesson.",
    "Spoken to both; there was nothing to it.",
];
