//! The database: the only place that names diesel.
