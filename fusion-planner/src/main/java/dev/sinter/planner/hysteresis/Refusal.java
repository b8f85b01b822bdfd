package dev.sinter.planner.hysteresis;

/** Why a change that a plan asks for is not made now. */
public enum Refusal {
    /** It saves less than the margin. */
    SMALL_GAIN,
    /** Another change among functions that call each other is under way. */
    IN_FLIGHT,
    /** One of the functions was moved a short while ago. */
    DWELL,
    /** The same images failed as this group before, and the wait is not over. */
    BACK_OFF
}
