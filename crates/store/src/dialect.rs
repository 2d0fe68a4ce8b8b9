//! stub
use crate::StoreError;
pub(crate) fn error_kind(_code: &str, _message: &str) -> Option<StoreError> { None }
