package chasqui.drills;

/// Stands in for the drills in the launcher's tests: says what it was given.
class Main {
  public static void main(String[] arguments) {
    System.out.println("drills " + String.join(" ", arguments));
  }
}
