//! Wiring: configuration, routes for bytes and streams, shutdown.
