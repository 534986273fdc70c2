//! The words of error pages: a heading, what to do about it, and where to go on. A new one takes a line here.

use crate::{
    domain::kernel::{
        codes::{Worded, codes, problems},
        ids::RequestId,
    },
    service::Problem,
    sso::client::{NotSignedIn, SignInError},
};
use std::borrow::Cow;

codes! {
    /// The heading of an error page.
    Heading {
        NotFound = "not_found", "Page not found";
        Refused = "refused", "You cannot do this";
        NotNow = "not_now", "This cannot be done now";
        Changed = "changed", "This has been changed";
        SomethingMissing = "something_missing", "Something is missing";
        Unavailable = "unavailable", "Candour cannot answer just now";
        NotFresh = "not_fresh", "Sign in again to do this";
        NotOurForm = "not_our_form", "This page was open for too long";
        KeptAsDraft = "kept_as_draft", "Not sent yet: sign in again";
        NotSaved = "not_saved", "Not saved: copy what you wrote";
        TooLong = "too_long", "What you sent is too long";
        BadRequest = "bad_request", "Candour could not read this";
        NotSignedIn = "not_signed_in", "You could not be signed in";
        Broken = "broken", "Something went wrong";
        WrongHost = "wrong_host", "This is not the address of Candour";
        LongAddress = "long_address", "The address of this page is too long";
        WrongMethod = "wrong_method", "This page cannot be used in this way";
        TooManyCodes = "too_many_codes", "Too many codes were tried";
    }
}

problems! {
    /// What an error page says under its heading.
    Advice {
        CheckAddress = "check_address", "Check the address. If you followed a link in Candour, the page may have moved or you may not be able to open it.";
        Rule { why: Problem } = "rule", "{why}";
        OpenAgain = "open_again", "This was changed after you opened the page. Go back, copy what you wrote, open the page again and send it again.";
        CheckAnswers = "check_answers", "Go back and check your answers.";
        TryInAMinute = "try_in_a_minute", "Nothing you sent was saved. Go back, keep what you wrote, and try again in a minute. If a child is in danger, call 999 and tell your safeguarding lead in person.";
        SignInFreshly = "sign_in_freshly", "Nothing was saved. What you are doing needs a sign-in of the last 10 minutes. Sign in again, go back, and send it once more.";
        SignInAndSend = "sign_in_and_send", "Nothing was saved. Go back, copy what you wrote, sign in again and send it once more.";
        SendDraft = "send_draft", "You were signed out before this was sent. Nothing is lost: what you wrote is kept on the school’s server for 7 days, as a draft that only the person who opened this page can open. Sign in as that person, then send it.";
        Shorten = "shorten", "Nothing was saved. Go back: what you wrote is still there. Send the most important part first, up to 50,000 characters, and add the rest afterwards. If a child is in danger, call 999 and tell your safeguarding lead in person.";
        Unreadable { why: BadRequest } = "unreadable", "{why}";
        SignIn { why: SignInProblem } = "sign_in", "{why}";
        NotDrawn = "not_drawn", "Your last change may not have been saved. Try again, and tell your network manager if it happens twice.";
        OpenFromStart = "open_from_start", "Open the page from a link in Candour, or start again from your first page.";
        WaitWithCodes = "wait_with_codes", "Too many wrong codes came from your network. Wait a minute, then enter your code again. If a child is in danger, call 999 and tell your safeguarding lead in person.";
        SchoolsAddress = "schools_address", "Use the address your school gave you.";
        TellNumber { number: RequestId } = "tell_number", "If this goes on, tell your network manager this number: {number}.";
    }
}

problems! {
    /// The link of an error page.
    GoOn {
        FirstPage = "first_page", "Go to your first page";
        SignIn = "sign_in", "Sign in";
        SignInAgain = "sign_in_again", "Sign in again";
        SignInAndGoOn = "sign_in_and_go_on", "Sign in and go on";
        TryAgain = "try_again", "Try again";
        Address { address: PublicAddress } = "address", "Go to {address}";
    }
}

/// The address of the installation, which its people know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress(pub String);

impl Worded for PublicAddress {
    fn worded(&self) -> Cow<'static, str> {
        self.0.clone().into()
    }
}

codes! {
    /// Why what a browser sent cannot be read.
    BadRequest {
        FormCutOff = "form_cut_off", "The form was cut off on its way. Send it once more.";
        TooSlow = "too_slow", "The form took too long to arrive. Nothing was saved. Send it once more.";
        Query = "query", "The address of this page cannot be read. Start again from your first page.";
        FileCutOff = "file_cut_off", "The file was too large, or was cut off on its way. Nothing was saved.";
        ListUnread = "list_unread", "The list could not be read. Send it again.";
        NoListOfYours = "no_list_of_yours", "There is no such list. Go back to your cases.";
        NoListOfAll = "no_list_of_all", "There is no such list. Go back to all cases.";
        NoPageOfList = "no_page_of_list", "This page of the list cannot be found. Go back to the start of the list.";
        NoSuchProvider = "no_such_provider", "There is no such way to sign in.";
        NoButton = "no_button", "Go back and press one of the buttons.";
    }
}

problems! {
    /// Why a person could not be signed in.
    SignInProblem {
        Provider { why: NotSignedIn } = "provider", "{why}";
        TooLate = "too_late", "This sign-in took too long or was used already. Start again.";
        ProviderRemoved = "provider_removed", "This way to sign in was removed. Start again.";
        Pupil = "pupil", "Candour is for the adults of your school. If something worries you, tell an adult you trust, or call Childline on 0800 1111.";
        CodeTooLate = "code_too_late", "You tried too often, or waited too long. Sign in again, then enter the code. If it is lost, ask for a new one.";
    }
}

impl From<SignInError> for SignInProblem {
    fn from(error: SignInError) -> Self {
        Self::Provider { why: error.for_the_person() }
    }
}
