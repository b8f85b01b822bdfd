package dev.sinter.control.lifecycle;

/** What moves a group from one state to another. */
public enum Trigger {
    /** A person or the mode {@code auto} approves the proposal. */
    APPROVE,
    /** The state's effect is done and its guard holds. */
    DONE,
    /** The state's effect cannot be done, or the verdict is worse. */
    FAIL,
    /** It is time to compare a fused group with its originals again. */
    PROBE,
    /** A person or a changed member asks for the originals. */
    UNFUSE
}
