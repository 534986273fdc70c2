//! A lost memory stick.

use crate::browser::vocabulary::{
    Answer::{Choice, Words},
    Concern, DESK, Room,
};
use crate::school::Cast;

/// A lost memory stick: the network manager leads, the SIRO has the 72 hours of the ICO before her and meets them.
#[actix_web::test]
async fn a_lost_memory_stick_reaches_the_siro_with_its_clock() {
    let room = Room::open("stick").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let lost = "Lost or stolen laptop, phone, memory stick, papers or files";
    let mut concern = Concern::of("Lost or shared information", lost, "My memory stick fell out on the bus.");
    concern.data = Some("Yes");
    let reference = teacher.reports(&concern).await;

    let network = room.signs_in_and_changes_school(Cast::Network, DESK).await;
    network.opens_from_the_desk(lost, &reference).await;
    network.sees("Do next: acknowledge the concern").await;

    let siro = room.signs_in(Cast::Siro, DESK).await;
    siro.opens_from_the_desk(lost, &reference).await;
    siro.sees("Report to the ICO").await;
    siro.sees("By Fri 20 Nov 2026, 10:00").await;
    let ico = [
        Choice("Who did you refer this to?", "Information Commissioner (ICO)"),
        Words("What happened to the personal data?", "A stick with two class lists was lost."),
        Words("About how many people and records, and of what kind?", "60 pupils: names and marks."),
        Words("What could it lead to?", "Embarrassment."),
        Words("What have you done about it?", "Asked the bus company."),
        Words("What reference did the ICO give?", "IC-0001"),
        Choice("When did you tell them?", "Just now"),
    ];
    siro.does("Record a referral", "Record a referral", "Save referral", &ico, "Referral recorded").await;
    siro.sees("IC-0001").await;
    siro.does_not_see("By Fri 20 Nov 2026, 10:00").await;
}
