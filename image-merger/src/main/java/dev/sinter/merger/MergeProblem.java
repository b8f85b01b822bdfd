package dev.sinter.merger;

/** Why a merge stops: what {@link MergeException} carries. */
public enum MergeProblem {
    BAD_REQUEST("SNT0201"),
    IMAGE_NOT_FOUND("SNT0202"),
    TRANSPORT_FAILED("SNT0203"),
    TIER_NOT_REACHED("SNT0204"),
    NO_COMMON_PLATFORM("SNT0205"),
    RUNTIME_MISSING("SNT0206"),
    CANCELLED("SNT0207"),
    TRUNCATED("SNT0210"),
    MALFORMED_TAR("SNT0211"),
    MALFORMED_JSON("SNT0212"),
    DIGEST_MISMATCH("SNT0213"),
    PATH_ESCAPES("SNT0214"),
    TOO_LARGE("SNT0215"),
    DEVICE_NODE("SNT0216"),
    UNKNOWN_MEDIA_TYPE("SNT0217"),
    FOREIGN_LAYER("SNT0218"),
    BAD_LINK("SNT0219"),
    SIGNATURE("SNT0220"),
    NOT_SIGNED("SNT0221");

    private final String code;

    MergeProblem(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
