package dev.sinter.control.cli;

/** A command that cannot do what was asked. */
final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    CommandException(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }
}
