//! Why people were not imported, in the words people read. What is wrong with one row is [`super::rejected`].

use crate::domain::kernel::codes::problems;

problems! {
    /// Why people were not imported.
    Problem {
        AdministratorImports = "administrator_imports", "Only an administrator can import people.";
        LastAdministrator = "last_administrator", "Nothing was imported: the list would make the last administrator of this school leave. Put them on the list, or make another person an administrator first.";
    }
}
