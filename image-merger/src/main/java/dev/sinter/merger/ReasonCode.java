package dev.sinter.merger;

import dev.sinter.merger.CompatibilityReport.Reason;
import org.jspecify.annotations.Nullable;

/** What a comparison can find, with the strongest tier that it still allows. */
public enum ReasonCode {
    RUNTIME_DIFFERS("SNT0260", Tier.CO_PROCESS),
    NOT_CAPTURABLE("SNT0261", Tier.CO_PROCESS),
    PORT_UNKNOWN("SNT0262", Tier.CO_POD),
    USER_DIFFERS("SNT0263", Tier.CO_POD),
    FILE_CONFLICT("SNT0264", Tier.CO_POD),
    LIBC_DIFFERS("SNT0265", Tier.CO_POD),
    DELETED_FILE("SNT0266", Tier.CO_POD),
    NATIVE_PACKAGE_DIFFERS("SNT0267", Tier.FORKED),
    PACKAGE_PRIVATE("SNT0268", Tier.IN_PROCESS),
    CODE_RELOCATED("SNT0269", Tier.IN_PROCESS),
    NATIVE_ENVIRONMENT("SNT0270", Tier.CO_PROCESS),
    SETUID("SNT0271", Tier.CO_POD),
    START_HOOK("SNT0272", Tier.CO_POD),
    PLATFORM_DIFFERS("SNT0273", Tier.CO_POD),
    ACCOUNTS_DIFFER("SNT0274", Tier.CO_POD),
    NO_COMMAND("SNT0276", Tier.CO_POD),
    ALREADY_FUSED("SNT0277", Tier.CO_POD),
    VOLUME("SNT0278", Tier.CO_POD),
    ENVIRONMENT_DIFFERS("SNT0279", Tier.IN_PROCESS),
    DIRECTORY_DIFFERS("SNT0280", Tier.IN_PROCESS),
    STOP_SIGNAL("SNT0281", Tier.IN_PROCESS),
    SAME_PORT("SNT0282", Tier.IN_PROCESS),
    SYSTEM_PACKAGES_DIFFER("SNT0283", Tier.IN_PROCESS),
    PORT_COLLIDES("SNT0284", Tier.CO_POD),
    NO_INTERPRETER("SNT0285", Tier.CO_POD),
    INTERPRETER_OPTIONS("SNT0286", Tier.CO_PROCESS);

    private final String code;
    private final Tier limit;

    ReasonCode(String code, Tier limit) {
        this.code = code;
        this.limit = limit;
    }

    public String code() {
        return code;
    }

    public Reason at(@Nullable String path, String message) {
        return new Reason(code, limit, message, path);
    }

    public Reason because(String message) {
        return at(null, message);
    }
}
