"""The sample lessons: texts as every phone shows and speaks them, in plain 해요체. Imports no Django."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One subtask. ``said`` is what the phone speaks; the shown text where it is empty."""

    title: str
    description: str
    action: str | None
    hint: str | None
    guide: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One task of a lesson."""

    title: str
    description: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lecture. ``title`` is how the sample finds it again; ``package`` is the app that it is about."""

    title: str
    description: str
    package: str
    parts: tuple[Part, ...]

    @property
    def length(self) -> int:
        """How many steps it has."""
        return sum(len(part.steps) for part in self.parts)


YOUTUBE = Lesson(
    title="유튜브 사용법 배우기",
    description="유튜브를 열고, 보고 싶은 영상을 찾고, 편하게 보는 법을 배워요.",
    package="com.google.android.youtube",
    parts=(
        Part(
            title="유튜브 열기",
            description="유튜브를 찾아서 열고 첫 화면을 둘러봐요.",
            steps=(
                Step(
                    title="유튜브 찾기",
                    description="홈 화면에서 유튜브 그림을 찾아요.",
                    action="SCROLL",
                    hint="홈 화면의 빨간 유튜브 아이콘",
                    guide="화면을 옆으로 밀면서 빨간 바탕에 하얀 세모가 있는 그림을 찾아보세요.",
                    said="화면을 옆으로 천천히 밀어 보세요. 빨간 바탕에 하얀 세모가 있는 그림이 유튜브예요.",
                ),
                Step(
                    title="유튜브 열기",
                    description="유튜브를 눌러서 열어요.",
                    action="CLICK",
                    hint="com.google.android.youtube",
                    guide="빨간 유튜브 그림을 한 번만 짧게 눌러주세요.",
                    said="찾으셨나요? 빨간 유튜브 그림을 한 번만 짧게 눌러주세요.",
                ),
                Step(
                    title="첫 화면 둘러보기",
                    description="화면을 밀어서 어떤 영상이 있는지 봐요.",
                    action="SCROLL",
                    hint="영상 목록",
                    guide="손가락을 화면에 대고 아래에서 위로 천천히 밀어 보세요. 영상이 차례로 나와요.",
                    said="손가락을 화면에 대고 아래에서 위로 천천히 밀어 보세요. 영상이 차례로 나와요.",
                ),
                Step(
                    title="홈으로 돌아오기",
                    description="길을 잃어도 첫 화면으로 돌아오는 법을 익혀요.",
                    action="NAVIGATE",
                    hint="화면 맨 아래 왼쪽의 '홈'",
                    guide="화면 맨 아래 왼쪽의 '홈'을 눌러주세요. 어디에 있어도 첫 화면으로 돌아와요.",
                    said="화면 맨 아래 왼쪽에 '홈'이라는 글자가 있어요. 눌러 보세요. 첫 화면으로 돌아와요.",
                ),
            ),
        ),
        Part(
            title="보고 싶은 영상 찾기",
            description="찾고 싶은 말을 써서 영상을 찾아요.",
            steps=(
                Step(
                    title="돋보기 누르기",
                    description="검색하는 곳을 열어요.",
                    action="CLICK",
                    hint="화면 오른쪽 위의 돋보기",
                    guide="화면 오른쪽 위의 돋보기 그림을 눌러주세요.",
                    said="화면 오른쪽 위를 보세요. 동그란 돋보기 그림을 눌러주세요.",
                ),
                Step(
                    title="찾을 말 쓰기",
                    description="보고 싶은 것을 글자로 써요.",
                    action="INPUT",
                    hint="맨 위의 검색 칸",
                    guide="맨 위 칸에 '건강 체조'라고 써 보세요. 틀려도 괜찮아요, 지우고 다시 쓰면 돼요.",
                    said="맨 위 칸에 건강 체조라고 써 보세요. 틀려도 괜찮아요. 지우고 다시 쓰면 돼요.",
                ),
                Step(
                    title="찾기",
                    description="쓴 말로 영상을 찾아요.",
                    action="CLICK",
                    hint="자판 오른쪽 아래의 돋보기",
                    guide="자판 오른쪽 아래의 돋보기를 눌러주세요. 찾은 영상이 나와요.",
                    said="다 쓰셨으면 자판 오른쪽 아래의 돋보기를 눌러주세요. 찾은 영상이 나와요.",
                ),
                Step(
                    title="영상 고르기",
                    description="마음에 드는 영상을 틀어요.",
                    action="CLICK",
                    hint="찾은 영상의 그림",
                    guide="보고 싶은 영상의 그림을 눌러주세요. 광고가 나오면 '건너뛰기'를 누르면 돼요.",
                    said="보고 싶은 영상의 그림을 눌러주세요. 광고가 나오면 잠시 뒤에 건너뛰기를 누르면 돼요.",
                ),
            ),
        ),
        Part(
            title="편하게 보기",
            description="멈추고, 소리를 맞추고, 크게 보는 법을 배워요.",
            steps=(
                Step(
                    title="멈췄다가 다시 보기",
                    description="영상을 잠깐 멈추고 이어서 봐요.",
                    action="CLICK",
                    hint="영상 한가운데의 멈춤 단추",
                    guide="영상을 한 번 누르면 가운데에 단추가 나와요. 그 단추를 누르면 멈추고, 다시 누르면 이어져요.",
                    said="영상을 한 번 눌러 보세요. 가운데에 나온 단추를 누르면 멈춰요. 다시 누르면 이어져요.",
                ),
                Step(
                    title="소리 크기 맞추기",
                    description="휴대폰 옆의 단추로 소리를 맞춰요.",
                    action="CLICK",
                    hint="휴대폰 옆면의 음량 단추",
                    guide="휴대폰 옆면의 긴 단추를 눌러 보세요. 위쪽은 크게, 아래쪽은 작게 해요.",
                    said="휴대폰 옆면에 긴 단추가 있어요. 위쪽을 누르면 소리가 커지고, 아래쪽을 누르면 작아져요.",
                ),
                Step(
                    title="크게 보기",
                    description="영상을 화면 가득 봐요.",
                    action="CLICK",
                    hint="영상 오른쪽 아래의 네모 단추",
                    guide="영상을 한 번 누르고 오른쪽 아래의 네모 단추를 눌러주세요. 휴대폰을 옆으로 눕히면 편해요.",
                    said="영상을 한 번 누르고, 오른쪽 아래의 네모 단추를 눌러주세요. 휴대폰을 옆으로 눕혀 보세요.",
                ),
                Step(
                    title="구독하기",
                    description="마음에 드는 채널을 다음에도 쉽게 찾아요.",
                    action="CLICK",
                    hint="영상 아래의 '구독'",
                    guide="영상 아래의 '구독'을 눌러주세요. 돈은 들지 않아요. 다음에 쉽게 찾을 수 있어요.",
                    said="영상 아래에 구독이라는 글자를 눌러주세요. 돈은 들지 않아요. 다음에 쉽게 찾을 수 있어요.",
                ),
            ),
        ),
    ),
)

KAKAOTALK = Lesson(
    title="카카오톡 기초",
    description="카카오톡 사용법을 배웁니다",
    package="com.kakao.talk",
    parts=(
        Part(
            title="메시지 보내기",
            description="친구에게 카카오톡 메시지를 보냅니다",
            steps=(
                Step(
                    title="카카오톡 앱 열기",
                    description="홈 화면에서 카카오톡 앱을 찾아 엽니다",
                    action="CLICK",
                    hint="com.kakao.talk",
                    guide="홈 화면에서 노란색 카카오톡 아이콘을 눌러주세요",
                ),
                Step(
                    title="친구 선택하기",
                    description="메시지를 보낼 친구를 찾아서 눌러요",
                    action="CLICK",
                    hint="친구 목록의 이름",
                    guide="친구 목록에서 메시지를 보낼 친구를 선택하세요",
                ),
                Step(
                    title="메시지 입력하기",
                    description="보낼 말을 써요",
                    action="INPUT",
                    hint="화면 맨 아래의 글 쓰는 칸",
                    guide="'1:1 채팅'을 누르고 맨 아래 칸에 '안녕하세요'라고 써 보세요",
                    said="일대일 채팅을 누르고, 맨 아래 칸에 안녕하세요라고 써 보세요",
                ),
                Step(
                    title="보내기",
                    description="쓴 말을 친구에게 보내요",
                    action="CLICK",
                    hint="글 쓰는 칸 오른쪽의 종이비행기",
                    guide="글 쓰는 칸 오른쪽의 노란 단추를 눌러주세요. 친구에게 메시지가 가요",
                ),
            ),
        ),
        Part(
            title="사진 보내기",
            description="찍어 둔 사진을 친구에게 보내요",
            steps=(
                Step(
                    title="더하기 단추 누르기",
                    description="보낼 수 있는 것들을 열어요",
                    action="CLICK",
                    hint="글 쓰는 칸 왼쪽의 더하기",
                    guide="글 쓰는 칸 왼쪽의 더하기 그림을 눌러주세요",
                ),
                Step(
                    title="사진 고르기",
                    description="앨범에서 보낼 사진을 골라요",
                    action="SCROLL",
                    hint="앨범",
                    guide="'앨범'을 누르고, 화면을 위아래로 밀면서 보낼 사진을 찾아 눌러주세요",
                ),
                Step(
                    title="사진 보내기",
                    description="고른 사진을 보내요",
                    action="CLICK",
                    hint="오른쪽 위의 '전송'",
                    guide="오른쪽 위의 '전송'을 눌러주세요. 사진이 친구에게 가요",
                ),
            ),
        ),
    ),
)

LESSONS = (YOUTUBE, KAKAOTALK)
