package dev.sinter.control.lifecycle;

/**
 * One row of the life cycle.
 *
 * @param from state before
 * @param trigger what happened
 * @param to state after
 * @param guard what must hold, for people
 */
public record Transition(GroupState from, Trigger trigger, GroupState to, String guard) {}
