package dev.sinter.control.cli;

/** How data is written to stdout. */
enum OutputFormat {
    TABLE,
    WIDE,
    JSON,
    YAML,
    NAME
}
