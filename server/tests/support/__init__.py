"""What tests of several parts share: throwaway servers and the like."""
