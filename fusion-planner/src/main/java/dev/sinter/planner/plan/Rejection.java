package dev.sinter.planner.plan;

/**
 * A pair whose calls stay remote where the caller is at home.
 *
 * @param from caller
 * @param to callee
 * @param reason the first reason that holds
 * @param flip the smallest change that would make the pair local, for people
 */
public record Rejection(String from, String to, ReasonCode reason, String flip) {}
