package dev.sinter.control.lifecycle;

/** What is done while a group is in a state. Every effect can be repeated after a crash in its middle. */
public enum Effect {
    NONE("nothing"),
    BUILD_IMAGE("merge the members' images"),
    START_FUSED("start the fused workload and wait until every member is ready"),
    REPLAY("replay recorded idempotent requests on both sides and compare"),
    HOLD_WEIGHT("set the route weight, wait for every proxy's ACK, and judge both arms"),
    STOP_ORIGINALS("after every proxy's ACK and the drain, stop the originals"),
    PROBE("start the originals, wait until they answer, give them a small share, and judge both arms"),
    RESTORE_ORIGINALS(
            "start the originals, wait until they answer, route to them, drain, remove the fused" + " workload");

    private final String description;

    Effect(String description) {
        this.description = description;
    }

    /** For the generated table of the documentation. */
    public String description() {
        return description;
    }
}
